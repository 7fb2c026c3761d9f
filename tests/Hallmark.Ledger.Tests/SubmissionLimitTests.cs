using System.Security.Cryptography;
using System.Text;
using Hallmark.Core.Events;
using Hallmark.Core.Failures;
using Hallmark.Ledger.Storage;
using Hallmark.Testing;

namespace Hallmark.Ledger.Tests;

/// <summary>The exact bounds of what a ledger takes, and what it reads out of an envelope before it believes the columns beside it.</summary>
public sealed class SubmissionLimitTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Texts_of_exactly_the_bound_are_kept_whole_and_found()
    {
        await using var ledger = await TestLedger.OpenAsync(Path.Combine(_home.Path, "ledger"));
        var longest = string.Concat(Enumerable.Repeat("ü", 2048));
        var submission = new EventSubmission
        {
            Envelope = "x"u8.ToArray(),
            EventId = longest,
            EventType = longest,
            SubjectKey = longest,
            Chain = new ChainLink(longest, null),
            PayloadHash = new string('0', 64),
            Work = [new OutboxWork(longest, ReadOnlyMemory<byte>.Empty)],
        };
        await ledger.AppendAsync(submission, CancellationToken.None);
        Assert.Equal(longest, (await ledger.FindByEventIdAsync(longest, CancellationToken.None))?.EventType);
        Assert.Single(await ledger.FindBySubjectAsync(longest, CancellationToken.None));
        Assert.Equal(new string('0', 64), await ledger.FindChainHeadAsync(longest, CancellationToken.None));
        Assert.Equal(longest, Assert.Single(await ledger.Outbox.Reader.CountAsync(CancellationToken.None)).Kind);
        foreach (
            var tooLong in new[]
            {
                submission with
                {
                    EventId = longest + "x",
                },
                submission with
                {
                    EventId = "b",
                    EventType = longest + "x",
                },
                submission with
                {
                    EventId = "b",
                    SubjectKey = longest + "x",
                },
                submission with
                {
                    EventId = "b",
                    Chain = new ChainLink(longest + "x", null),
                },
                submission with
                {
                    EventId = "b",
                    Work = [new OutboxWork(longest + "x", ReadOnlyMemory<byte>.Empty)],
                },
            }
        )
        {
            var refusal = await Assert.ThrowsAsync<BadInputException>(() => ledger.AppendAsync(tooLong, CancellationToken.None));
            Assert.True(refusal.Message.Length < 400, refusal.Message);
        }

        Assert.Equal(1, ledger.Count);
    }

    [Fact]
    public void A_record_and_work_of_exactly_16_MiB_pass_and_one_byte_more_does_not()
    {
        var record = new byte[EntryLimits.MaxRecordSizeInBytes];
        var submission = new EventSubmission
        {
            Envelope = "x"u8.ToArray(),
            EventId = "a",
            PayloadHash = Convert.ToHexStringLower(SHA256.HashData(record)),
            Record = record,
        };
        Assert.Equal(SHA256.HashData(record), SubmissionCheck.Check(submission, out _));
        var longer = new byte[record.Length + 1];
        Assert.Throws<BadInputException>(() =>
            SubmissionCheck.Check(
                submission with
                {
                    Record = longer,
                    PayloadHash = Convert.ToHexStringLower(SHA256.HashData(longer)),
                },
                out _
            )
        );
        SubmissionCheck.CheckWork(new OutboxWork("k", record));
        Assert.Throws<BadInputException>(() => SubmissionCheck.CheckWork(new OutboxWork("k", longer)));
    }

    /// <summary>Only the members of the envelope itself count, as JSON reads them: escapes undone, the nested ones not.</summary>
    [Theory]
    [InlineData("""{"event_id":"a","event_type":"t"}""", null)]
    [InlineData("""{"event_id":"\u0061","event_type":"t"}""", null)]
    [InlineData("""{"\u0065vent_id":"b"}""", "event id")]
    [InlineData("""{"event_id":"b"}""", "event id")]
    [InlineData("""{"event_id":""}""", "event id")]
    [InlineData("""{"event_id":"A"}""", "event id")]
    [InlineData("""{"event_id":7,"event_type":"t"}""", null)]
    [InlineData("""{"event_id":null,"event_type":"t"}""", null)]
    [InlineData("""{"subject":{"event_id":"b"},"event_type":"t"}""", null)]
    [InlineData("""{"list":[{"payload_hash":"b"}],"event_id":"a","event_type":"t"}""", null)]
    [InlineData("""{"payload_hash":"b"}""", "payload hash")]
    [InlineData("""{"event_id":"a","event_id":"b"}""", "event id")]
    [InlineData("""{"event_id":"b","payload_hash":"b"}""", "event id")]
    [InlineData("""{"event_type":"t"}""", null)]
    [InlineData("""{"event_type":7}""", "event type")]
    [InlineData("""{"event_id":"a","event_type":"T"}""", "event type")]
    [InlineData("""{"event_id":"a"}""", "event type")]
    [InlineData("""{"event_id":"a","subject":{"event_type":"t"}}""", "event type")]
    [InlineData("""["event_id","b"]""", null)]
    [InlineData("\"event_id\"", null)]
    [InlineData("", null)]
    [InlineData("{\"event_id\":\"b\"", null)]
    public void An_envelope_is_believed_in_what_it_says_of_itself(string envelope, string? mismatch)
    {
        var found = SubmissionCheck.FindMismatch(Encoding.UTF8.GetBytes(envelope), "a", "t", new string('0', 64), out _);
        Assert.Equal(mismatch is null, found is null);
        Assert.Contains(mismatch ?? "", found ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_about_a_hostile_text_is_short_and_on_one_line()
    {
        var refusal = Assert.Throws<BadInputException>(() =>
            SubmissionCheck.Check(TestLedger.Event("a") with { Envelope = "x"u8.ToArray(), EventId = "a\0" + new string('b', 9000) }, out _)
        );
        Assert.True(refusal.Message.Length < 300);
        Assert.DoesNotContain('\0', refusal.Message);
    }

    [Fact]
    public void A_subject_must_be_text()
    {
        // Not as data rows: an attribute cannot hold half a surrogate pair.
        foreach (var subject in new[] { "\ud800", "\udc00", "a\ud800b", "\udc00\ud800", "😀\ud83d", "a\0" })
        {
            Assert.Throws<BadInputException>(() => SubmissionCheck.Check(TestLedger.Event("a", subject), out _));
        }

        foreach (var subject in new[] { "😀", "\uffff", "a\nb", "", " " })
        {
            Assert.Equal(32, SubmissionCheck.Check(TestLedger.Event("a", subject), out _).Length);
        }
    }
}
