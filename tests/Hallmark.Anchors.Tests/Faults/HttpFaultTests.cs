using System.Text.Json.Nodes;
using Hallmark.Anchors.Tests.TimeStampAuthority;
using Hallmark.Core.Anchoring;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.Faults;

/// <summary>
/// Every place that is asked over HTTP, in every way in which such a place can fail: the work stays, the receipt stays as it was, nothing is faked, a person is told who
/// failed and how, and once the place is well the same thing goes on. Places that lie have their tests with their protocols.
/// </summary>
public sealed class HttpFaultTests(OpenSslAuthority authority) : IClassFixture<OpenSslAuthority>, IAsyncLifetime
{
    // Of one answer at most 1 MiB is read, and no question is asked more than three times.
    private const int MostBytesRead = 4 << 20;
    private HttpAnchorScene _scene = null!; // set by every test first

    public static TheoryData<string, HttpFault> Submissions => Cross("bundler", "calendar", "authority");

    public static TheoryData<string, HttpFault> Questions => Cross("bundler", "gateway", "ar.io verify", "calendar");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [PeerTheory("openssl")]
    [MemberData(nameof(Submissions))]
    public async Task What_a_failing_place_did_not_take_stays_prepared_and_goes_as_it_is_once_the_place_is_well(
        string part,
        HttpFault fault
    )
    {
        _scene = await HttpAnchorScene.StartAsync(authority, part);
        await using var place = await FaultyPlace.StartAsync(fault, _scene.Limits);
        var anchor = _scene.Anchor(part, place.Address);
        var refusal = await Assert.ThrowsAsync<AnchorUnavailableException>(() => _scene.HandleAsync(anchor));
        AssertTold(place, fault, refusal.Message);
        Assert.Equal((3, AskedPause(fault)), (refusal.ExitCode, refusal.RetryAfter));
        var prepared = Assert.Single(_scene.Receipts.All);
        Assert.Equal((ReceiptState.Prepared, null, null), (prepared.State, prepared.SubmittedAt, prepared.Block));

        var status = await anchor.ReadStatusAsync(CancellationToken.None);
        // An authority is not asked for a token only to see whether it is there: whoever answers counts as reachable.
        Assert.Equal((part, fault) is ("authority", HttpFault.Garbage), status.IsReachable);

        await _scene.HandleAsync(_scene.Anchor(part));
        var sent = Assert.Single(_scene.Receipts.All);
        Assert.Equal(part == "authority" ? ReceiptState.Final : ReceiptState.Submitted, sent.State);
        Assert.Equal(prepared.PreparedAt, sent.PreparedAt);
        switch (part)
        {
            case "bundler":
                Assert.Equal((prepared.Reference!, 1), (Assert.Single(_scene.Bundler.Uploads).Key, _scene.Bundler.Uploads.Values.Single()));
                break;
            case "calendar":
                Assert.Single(_scene.Calendar.Posted);
                break;
            default:
                Assert.Equal((string?)prepared.Proof["request"], (string?)sent.Proof["request"]);
                break;
        }
    }

    [PeerTheory("openssl")]
    [MemberData(nameof(Questions))]
    public async Task A_place_that_fails_when_it_is_asked_again_takes_nothing_from_the_receipt_and_adds_nothing(
        string part,
        HttpFault fault
    )
    {
        _scene = await HttpAnchorScene.StartAsync(authority, part);
        await using var place = await FaultyPlace.StartAsync(fault, _scene.Limits);
        _scene.Calendar.Name = place.Address;
        await _scene.HandleAsync(_scene.Anchor(part));
        var submitted = Assert.Single(_scene.Receipts.All);
        if (part is "ar.io verify")
        {
            await _scene.ProveAsync(submitted);
        }

        var (asked, told, pause) = await RefreshAsync(_scene.Anchor(part, place.Address), submitted);
        AssertTold(place, fault, told);
        if (AskedPause(fault) is { } wanted)
        {
            Assert.True(pause >= wanted, $"asked again after {pause}");
        }

        // A block that the gateway tells is one without the second opinion too.
        var expected = part is "ar.io verify" ? ReceiptState.Confirmed : ReceiptState.Submitted;
        Assert.Equal((expected, submitted.Reference, submitted.SubmittedAt), (asked.State, asked.Reference, asked.SubmittedAt));
        Assert.True(
            JsonNode.DeepEquals(Without(submitted.Proof, "bundle_id", "gateway"), Without(asked.Proof, "bundle_id", "gateway")),
            asked.Proof.ToJsonString()
        );

        _scene.PutCalendarAt(place.Address);
        await _scene.ProveAsync(submitted);
        var (proven, _, _) = await RefreshAsync(_scene.Anchor(part), asked);
        Assert.Equal(part is "calendar" ? ReceiptState.Final : ReceiptState.Confirmed, proven.State);
        Assert.Equal(part is "ar.io verify", proven.Proof["attestations"] is JsonArray { Count: 1 });
        Assert.True(_scene.Bundler.Uploads.Values.All(static count => count == 1), "nothing was sent a second time");
    }

    private static TheoryData<string, HttpFault> Cross(params string[] parts)
    {
        var rows = new TheoryData<string, HttpFault>();
        foreach (var part in parts)
        {
            foreach (var fault in Enum.GetValues<HttpFault>())
            {
                rows.Add(part, fault);
            }
        }

        return rows;
    }

    private static TimeSpan? AskedPause(HttpFault fault) => fault is HttpFault.TooManyRequests ? FaultyPlace.AskedPause : null;

    private static JsonObject Without(JsonObject proof, params string[] members)
    {
        var rest = (JsonObject)proof.DeepClone();
        Array.ForEach(members, member => rest.Remove(member));
        return rest;
    }

    private async Task<(AnchorReceipt Receipt, string Told, TimeSpan Pause)> RefreshAsync(IAnchor anchor, AnchorReceipt receipt)
    {
        var before = _scene.Time.GetUtcNow();
        try
        {
            var refreshed = await anchor.RefreshAsync(receipt, CancellationToken.None);
            return (refreshed, refreshed.Remark ?? "", (refreshed.RefreshAfter ?? before) - before);
        }
        catch (AnchorUnavailableException fault)
        {
            return (receipt, fault.Message, fault.RetryAfter ?? TimeSpan.Zero);
        }
    }

    private void AssertTold(FaultyPlace place, HttpFault fault, string told)
    {
        Assert.Contains(new Uri(place.Address).Authority, told, StringComparison.Ordinal);
        Assert.Contains(FaultyPlace.Words(fault), told, StringComparison.Ordinal);
        Assert.Empty(place.Elsewhere.Asked);
        Assert.InRange(_scene.BytesRead, 0, MostBytesRead);
    }
}
