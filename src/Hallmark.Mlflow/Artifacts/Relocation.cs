using Hallmark.Core.Failures;

namespace Hallmark.Mlflow.Artifacts;

/// <summary>Says that what a store calls <paramref name="From"/> lies at <paramref name="To"/> now: how an auditor meets a copied or restored store.</summary>
/// <param name="From">The old place and all below it; matched on whole path parts.</param>
/// <param name="To">The place that stands for it now.</param>
public sealed record Relocation(ArtifactUri From, ArtifactUri To)
{
    /// <summary>Reads <c>OLD=NEW</c>; both sides a path or a URI, such as <c>/srv/mlflow=/mnt/copy</c> or <c>mlflow-artifacts:/=/mnt/artifacts</c>.</summary>
    /// <exception cref="BadInputException">There is no <c>=</c>, or a side is empty or no path or URI.</exception>
    public static Relocation Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var split = text.IndexOf('=', StringComparison.Ordinal);
        if (split <= 0 || split == text.Length - 1)
        {
            throw new BadInputException(
                $"The relocation '{Printable.Text(text)}' is not of the form OLD=NEW",
                "for example --relocate /srv/mlflow=/mnt/copy",
                "for example --relocate mlflow-artifacts:/=/mnt/artifacts"
            );
        }

        return new Relocation(ArtifactUri.Parse(text[..split]), ArtifactUri.Parse(text[(split + 1)..]));
    }

    /// <summary>The new place of a URI, or null where this relocation does not concern it.</summary>
    public ArtifactUri? Apply(ArtifactUri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        var sameHost = From.Authority == uri.Authority || (From.Authority.Length == 0 && From.Scheme == ArtifactUri.ProxyScheme);
        var prefix = From.Path == "/" ? "" : From.Path;
        if (From.Scheme != uri.Scheme || !sameHost || !(uri.Path + "/").StartsWith(prefix + "/", StringComparison.Ordinal))
        {
            return null;
        }

        var rest = uri.Path.Length > prefix.Length ? uri.Path[(prefix.Length + 1)..] : "";
        return rest.Length == 0 ? To : To with { Path = (To.Path == "/" ? "" : To.Path) + "/" + rest };
    }
}
