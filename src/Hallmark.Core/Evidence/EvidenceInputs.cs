namespace Hallmark.Core.Evidence;

/// <summary>What a verifier is handed beside the bundle. Without any of it, verification is offline and complete in itself.</summary>
public sealed record EvidenceInputs
{
    /// <summary>Nothing beside the bundle.</summary>
    public static EvidenceInputs None { get; } = new();

    /// <summary>Gateways that are asked for every checkpoint, in this order; at most 16. Empty for offline.</summary>
    /// <exception cref="ArgumentException">More than 16.</exception>
    public IReadOnlyList<string> Gateways
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Count > 16)
            {
                throw new ArgumentException("At most 16 gateways.", nameof(value));
            }

            field = value;
        }
    } = [];

    /// <summary>
    /// What the gateways answered, by <see cref="CheckpointFetch.Url"/>; what is not in it did not answer. Null where nothing can be fetched.
    /// <see cref="EvidenceVerifier.VerifyAsync"/> fills it.
    /// </summary>
    public IReadOnlyDictionary<string, GatewayOutcome>? GatewayOutcomes { get; init; }

    /// <summary>Content that is disclosed beside the bundle: hex, by event id.</summary>
    public IReadOnlyDictionary<string, string> DisclosedContent { get; init; } = new Dictionary<string, string>();
}
