using System.Globalization;
using System.Text.Json.Nodes;
using Hallmark.Core.Anchoring;

namespace Hallmark.Anchors.Tests;

/// <summary>An anchor in memory that numbers what it prepares and confirms one step at each refresh: for the way of the work, not for any world.</summary>
internal sealed class ScriptedAnchor(TimeProvider time) : IAnchor
{
    public static readonly TimeSpan RefreshPause = TimeSpan.FromMinutes(5);
    private int _prepared;

    public List<string> Calls { get; } = [];

    public Exception? Failure { get; set; }

    public Action? OnSend { get; set; }

    public string Name => "scripted";

    public string World => "scripted";

    public AnchorTarget Target => AnchorTarget.Envelope;

    public bool IsOutsideWitness => false;

    public Task<AnchorReceipt> PrepareAsync(AnchorSubmission submission, CancellationToken cancellationToken)
    {
        Calls.Add("prepare");
        _prepared++;
        return Task.FromResult(
            new AnchorReceipt
            {
                Anchor = Name,
                World = World,
                Network = "memory",
                Target = submission.Target,
                Digest = submission.Digest,
                TreeSize = submission.TreeSize,
                State = ReceiptState.Prepared,
                PreparedAt = time.GetUtcNow(),
                Proof = new JsonObject { ["number"] = _prepared },
            }
        );
    }

    public Task<AnchorReceipt> SubmitAsync(AnchorReceipt prepared, CancellationToken cancellationToken)
    {
        Calls.Add(string.Create(CultureInfo.InvariantCulture, $"send {prepared.Proof["number"]!.GetValue<int>()}"));
        OnSend?.Invoke();
        return Failure is null
            ? Task.FromResult(
                prepared with
                {
                    State = ReceiptState.Submitted,
                    SubmittedAt = time.GetUtcNow(),
                    RefreshAfter = time.GetUtcNow() + RefreshPause,
                }
            )
            : throw Failure;
    }

    public Task<AnchorReceipt> RefreshAsync(AnchorReceipt receipt, CancellationToken cancellationToken)
    {
        Calls.Add("refresh");
        return Task.FromResult(
            receipt with
            {
                State = receipt.State is ReceiptState.Submitted ? ReceiptState.Confirmed : ReceiptState.Final,
                RefreshAfter = receipt.State is ReceiptState.Submitted ? time.GetUtcNow() + RefreshPause : null,
            }
        );
    }

    public Task<AnchorStatus> ReadStatusAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new AnchorStatus(IsReachable: true, "in memory"));
}
