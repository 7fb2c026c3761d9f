using Hallmark.Anchors.Arweave;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.ArioVerify;

/// <summary>How a verification service of ar.io is asked, and whom it is believed (ario-verify-api.md).</summary>
public sealed record ArioVerifyOptions
{
    /// <summary>The service's base address; slashes at its end are dropped.</summary>
    public required Uri Address { get; init; }

    /// <summary>The operators whose attestations count, by their addresses of 43 characters. With none a valid attestation is reported and proves nothing.</summary>
    /// <exception cref="BadInputException">One of them is no address.</exception>
    public IReadOnlyList<string> TrustedOperators
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value.FirstOrDefault(static address => !ArweaveId.IsWellFormed(address)) is { } wrong
                ? throw new BadInputException($"\"{wrong}\" is no operator address", "it is base64url of 32 bytes: 43 characters")
                : value;
        }
    } = [];

    /// <summary>The level that is enough: 1, 2 or 3; 2 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int MinimumLevel
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 3);
            field = value;
        }
    } = 2;

    /// <summary>The tenant of batch jobs (<c>X-Tenant-Id</c>); null where a proxy sets it.</summary>
    public string? Tenant { get; init; }

    /// <summary>How often a request that cannot do harm twice is sent again; 0 to 10, 2 unless set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int Retries
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 10);
            field = value;
        }
    } = 2;

    /// <summary>For one exchange; 30 seconds unless set.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Between two questions about one transaction; 5 seconds unless set.</summary>
    public TimeSpan PollEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long to ask about one transaction; 2 minutes unless set.</summary>
    public TimeSpan PollFor { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a transaction usually takes until a gateway knows its block, as an estimate for people; 1 hour unless set.</summary>
    public TimeSpan UsualTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The address without slashes at its end.</summary>
    internal string Base => Address.AbsoluteUri.TrimEnd('/');
}
