using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Hallmark.Api.Tests;

/// <summary>Types, parameters and constants as C# writes them, with what may be null.</summary>
internal static class TypeText
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
    };

    /// <summary>A type with its namespace where it is ours, without where it is anybody's.</summary>
    public static string Full(Type type) => Write(type, nullability: null, isFull: true);

    public static string Of(PropertyInfo property) =>
        Write(property.PropertyType, new NullabilityInfoContext().Create(property), isFull: false);

    public static string Of(FieldInfo field) => Write(field.FieldType, new NullabilityInfoContext().Create(field), isFull: false);

    public static string Of(ParameterInfo parameter) =>
        Write(parameter.ParameterType, new NullabilityInfoContext().Create(parameter), isFull: false);

    /// <summary>A parameter as it is declared.</summary>
    public static string Parameter(ParameterInfo parameter)
    {
        var isParams = parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute));
        var way = !parameter.ParameterType.IsByRef
            ? isParams
                ? "params "
                : ""
            : parameter.IsOut
                ? "out "
                : parameter.IsIn
                    ? "in "
                    : "ref ";
        var text = $"{way}{Of(parameter)} {parameter.Name}";
        return parameter.HasDefaultValue ? $"{text} = {Constant(parameter.DefaultValue)}" : text;
    }

    /// <summary>A constant; null of a value type is its default.</summary>
    public static string Constant(object? value) =>
        value switch
        {
            null => "null",
            string text => $"\"{text.Replace("\n", "\\n", StringComparison.Ordinal)}\"",
            bool flag => flag ? "true" : "false",
            Enum => $"{value.GetType().Name}.{value}",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };

    private static string Write(Type type, NullabilityInfo? nullability, bool isFull)
    {
        if (type.IsByRef || type.IsPointer)
        {
            // The context looks through a reference but not through a pointer.
            return Write(type.GetElementType()!, type.IsByRef ? nullability : null, isFull) + (type.IsPointer ? "*" : ""); // ! both have an element
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Write(underlying, nullability: null, isFull: false) + "?";
        }

        var mark = nullability?.ReadState is NullabilityState.Nullable && !type.IsValueType ? "?" : "";
        if (type.IsArray)
        {
            return Write(type.GetElementType()!, nullability?.ElementType, isFull)
                + "["
                + new string(',', type.GetArrayRank() - 1)
                + "]"
                + mark; // ! an array has an element
        }

        return Keywords.TryGetValue(type, out var keyword) ? keyword + mark : Named(type, nullability, isFull) + mark;
    }

    private static string Named(Type type, NullabilityInfo? nullability, bool isFull)
    {
        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        var isOurs = type.Namespace?.StartsWith("Hallmark", StringComparison.Ordinal) == true;
        var home =
            type.DeclaringType is { } outer ? Full(outer) + "."
            : isFull && isOurs ? type.Namespace + "."
            : "";
        var tick = type.Name.IndexOf('`', StringComparison.Ordinal);
        if (tick < 0)
        {
            return home + type.Name;
        }

        var states = nullability?.GenericTypeArguments ?? [];
        var arguments = type.GetGenericArguments()
            .Select((argument, i) => Write(argument, i < states.Length ? states[i] : null, isFull: false));
        return $"{home}{type.Name[..tick]}<{string.Join(", ", arguments)}>";
    }
}
