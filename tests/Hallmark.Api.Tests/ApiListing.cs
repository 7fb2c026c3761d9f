using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Hallmark.Api.Tests;

/// <summary>The public and protected surface of an assembly as sorted lines, one for each type and member. What the compiler adds to records is left out.</summary>
internal static class ApiListing
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<string> Of(Assembly assembly) =>
        [.. assembly.GetExportedTypes().SelectMany(LinesOf).Order(StringComparer.Ordinal)];

    /// <summary>The lines of one type: itself, then its members.</summary>
    public static IEnumerable<string> LinesOf(Type type)
    {
        var name = TypeText.Full(type);
        yield return $"{name} : {KindOf(type)}{Bases(type)}";
        if (type.BaseType == typeof(MulticastDelegate))
        {
            var invoke = type.GetMethod("Invoke")!; // ! every delegate has it
            yield return $"{name}({Parameters(invoke)}) : {TypeText.Of(invoke.ReturnParameter)}";
            yield break;
        }

        foreach (var member in type.GetMembers(Declared))
        {
            if (LineOf(member) is { } line)
            {
                yield return $"{name}.{line}";
            }
        }
    }

    private static string? LineOf(MemberInfo member) =>
        member switch
        {
            ConstructorInfo constructor when IsSeen(constructor) && !constructor.IsStatic && !IsGenerated(constructor) =>
                $"ctor({Parameters(constructor)}){Protection(constructor)}",
            MethodInfo method
                when IsSeen(method)
                    && !IsGenerated(method)
                    && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) =>
                $"{method.Name}{GenericsOf(method)}({Parameters(method)}) : {TypeText.Of(method.ReturnParameter)}{Modifiers(method)}{Protection(method)}",
            PropertyInfo property when !IsGenerated(property) && property.GetAccessors(nonPublic: true).Any(IsSeen) => LineOf(property),
            FieldInfo field when (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly) && !field.IsSpecialName => LineOf(field),
            EventInfo { AddMethod: { } add } @event when IsSeen(add) => $"{@event.Name} : event {TypeText.Full(@event.EventHandlerType!)}", // ! an event has a type
            _ => null,
        };

    private static string LineOf(PropertyInfo property)
    {
        var accessors = property.GetAccessors(nonPublic: true).Where(IsSeen).ToList();
        var texts = accessors.Select(accessor =>
            accessor == property.GetMethod ? "get;"
            : IsInit(accessor) ? "init;"
            : "set;"
        );
        var index = property.GetIndexParameters() is { Length: > 0 } parameters
            ? $"[{string.Join(", ", parameters.Select(TypeText.Parameter))}]"
            : "";
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{property.Name}{index} : {required}{TypeText.Of(property)} {{ {string.Join(' ', texts)} }}{Modifiers(accessors[0])}{Protection(accessors[0])}";
    }

    private static string LineOf(FieldInfo field) =>
        field switch
        {
            { IsLiteral: true, DeclaringType.IsEnum: true } =>
                $"{field.Name} = {Convert.ToString(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}",
            { IsLiteral: true } => $"{field.Name} : const {TypeText.Of(field)} = {TypeText.Constant(field.GetRawConstantValue())}",
            _ => $"{field.Name} : {(field.IsInitOnly ? "readonly " : "")}{TypeText.Of(field)}{(field.IsStatic ? " static" : "")}",
        };

    private static string KindOf(Type type) =>
        type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "")
                + (type.IsByRefLike ? "ref struct" : "struct"),
            _ when type.BaseType == typeof(MulticastDelegate) => "delegate",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };

    private static string Bases(Type type)
    {
        if (type.IsEnum || type.BaseType == typeof(MulticastDelegate))
        {
            return "";
        }

        var inherited = type.BaseType?.GetInterfaces() ?? [];
        var names = type.GetInterfaces()
            .Except(inherited)
            .Where(face => face.IsVisible)
            .Select(TypeText.Full)
            .Order(StringComparer.Ordinal)
            .ToList();
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
        {
            names.Insert(0, TypeText.Full(parent));
        }

        return names.Count == 0 ? "" : " of " + string.Join(", ", names);
    }

    private static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsGenerated(MemberInfo member) => member.IsDefined(typeof(CompilerGeneratedAttribute));

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(TypeText.Parameter));

    private static string GenericsOf(MethodInfo method) =>
        method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : "";

    private static string Modifiers(MethodInfo method) =>
        method.IsStatic ? " static"
        : method.DeclaringType!.IsInterface ? "" // ! a method seen by reflection has a type
        : method.IsAbstract ? " abstract"
        : method.IsVirtual && !method.IsFinal && method.GetBaseDefinition() != method ? " override"
        : method.IsVirtual && !method.IsFinal ? " virtual"
        : "";

    private static string Protection(MethodBase method) => method.IsPublic ? "" : " protected";
}
