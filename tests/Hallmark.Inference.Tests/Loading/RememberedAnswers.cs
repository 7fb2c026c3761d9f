using System.Collections.Concurrent;
using System.Reflection;

namespace Hallmark.Inference.Tests.Loading;

/// <summary>
/// A store or a ledger that is asked each question once: what it answered is answered again. Files are not among the answers: they are read anew each time. For loads of which
/// nothing but a file differs.
/// </summary>
public class RememberedAnswers : DispatchProxy
{
    private readonly ConcurrentDictionary<string, object?> _answers = new(StringComparer.Ordinal);
    private object _inner = null!; // Over sets it

    public static T Over<T>(T inner)
        where T : class
    {
        var proxy = Create<T, RememberedAnswers>();
        ((RememberedAnswers)(object)proxy)._inner = inner;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var question = string.Join('\n', (args ?? []).Where(argument => argument is not CancellationToken).Prepend(targetMethod!.Name));
        return typeof(Task).IsAssignableFrom(targetMethod.ReturnType)
            ? _answers.GetOrAdd(question, _ => Ask(targetMethod, args))
            : Ask(targetMethod, args);
    }

    private object? Ask(MethodInfo method, object?[]? args) =>
        method.Invoke(_inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);
}
