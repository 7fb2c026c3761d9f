using Hallmark.Anchors.Http;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Signatures;

namespace Hallmark.Home.Worlds;

/// <summary>What anchors and verifiers are made with.</summary>
/// <param name="home">The home.</param>
/// <param name="environment">The environment's variables.</param>
/// <param name="time">The clock.</param>
/// <param name="createClient">Makes a client for anchors; refuses every connection where the command is offline.</param>
/// <param name="signer">Signs what an anchor says in the owner's name.</param>
/// <param name="receipts">What the anchors gave back so far.</param>
/// <param name="isOffline">True where no connection may be made, by whatever means.</param>
internal sealed class WorldTools(
    HomeFolder home,
    IReadOnlyDictionary<string, string> environment,
    TimeProvider time,
    Func<HttpClient> createClient,
    ISigner signer,
    IReceiptReader receipts,
    bool isOffline
)
{
    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>Signs what an anchor says in the owner's name.</summary>
    public ISigner Signer => signer;

    /// <summary>What the anchors gave back so far.</summary>
    public IReceiptReader Receipts => receipts;

    /// <summary>The home.</summary>
    public HomeFolder Home => home;

    /// <summary>True where no connection may be made: what is not done through <see cref="CreateHttp"/> must ask.</summary>
    public bool IsOffline => isOffline;

    /// <summary>A variable of the environment; null where it is not set or empty.</summary>
    public string? Variable(string name) => environment.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>A path of the settings: absolute, below the user's folder with <c>~/</c>, else below the home, so that it does not depend on where a command is typed.</summary>
    public string PathOf(string path) =>
        path.StartsWith("~/", StringComparison.Ordinal) && Variable("HOME") is { } user
            ? Path.GetFullPath(Path.Combine(user, path[2..].TrimStart('/')))
            : Path.GetFullPath(path, home.Path);

    /// <summary>A client for one anchor.</summary>
    public AnchorHttp CreateHttp(bool allowPlainHttp) => new(createClient(), allowPlainHttp, time);
}
