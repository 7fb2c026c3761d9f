using Hallmark.Core.Failures;
using Hallmark.Core.Signatures.CryptoMb;
using Hallmark.Core.Signatures.Libsodium;
using Hallmark.Core.Signatures.Managed;
using Hallmark.Core.Signatures.OpenSsl;

namespace Hallmark.Core.Signatures;

/// <summary>
/// Which code does Ed25519 in this process: <c>crypto-mb</c> (several signatures at once, all else by the next that is there), <c>libsodium</c>, <c>openssl</c> (libcrypto 3) or
/// <c>managed</c> (ours, everywhere). All give the same bytes and the same answers. The first that is there and passes its self-test is taken, unless <see cref="Select"/> says
/// otherwise.
/// </summary>
public static class Ed25519Backend
{
    private static readonly Lazy<IEd25519Implementation[]> Usable = new(FindUsable);
    private static volatile IEd25519Implementation? _selected;

    /// <summary>The name of the one in use.</summary>
    public static string Name => Current.Name;

    /// <summary>The names of those that this machine has, best first; <c>managed</c> is always among them.</summary>
    public static IReadOnlyList<string> Available => [.. Usable.Value.Select(implementation => implementation.Name)];

    internal static IEd25519Implementation Current => _selected ?? Usable.Value[0];

    internal static IReadOnlyList<IEd25519Implementation> Implementations => Usable.Value;

    /// <summary>Takes a certain one from now on, in the whole process. Keys that exist already stay where they are.</summary>
    /// <param name="name"><c>crypto-mb</c>, <c>libsodium</c>, <c>openssl</c>, <c>managed</c>, or <c>auto</c> for the best.</param>
    /// <exception cref="BadInputException">No such backend, or this machine lacks it.</exception>
    public static void Select(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name == "auto")
        {
            _selected = null;
            return;
        }

        _selected =
            Array.Find(Usable.Value, implementation => implementation.Name == name)
            ?? throw new BadInputException(
                $"There is no Ed25519 backend \"{name}\" on this machine",
                "Use one of: auto, " + string.Join(", ", Available)
            );
    }

    private static IEd25519Implementation[] FindUsable()
    {
        IEd25519Implementation?[] candidates = [LibsodiumEd25519.TryLoad(), OpenSslEd25519.TryLoad()];
        IEd25519Implementation[] usable =
        [
            .. candidates.OfType<IEd25519Implementation>().Where(Ed25519SelfTest.Passes),
            new ManagedEd25519(),
        ];
        return
            CryptoMbLibrary.TryLoad() is { } library
            && new CryptoMbEd25519(library, usable[0]) is var several
            && Ed25519SelfTest.SignsSeveralAlike(several)
            ? [several, .. usable]
            : usable;
    }
}
