using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;
using Hallmark.Core.Envelopes;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Envelopes;

public sealed class EventSealerTests
{
    private static readonly Ed25519PrivateKey Key = Ed25519PrivateKey.FromSeed([.. Enumerable.Range(7, 32).Select(i => (byte)i)]);

    [Fact]
    public void Its_envelopes_are_those_of_the_general_sealer_byte_for_byte() =>
        Prop.ForAll<byte[], (Guid Id, DateTime Time), bool>(
                (record, draft, isProduction) =>
                {
                    var (id, time) = draft;
                    var environment = isProduction ? "production" : "dev";
                    var signedAt = new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc));
                    var hash = Convert.ToHexStringLower(SHA256.HashData(record));
                    var expected = EnvelopeSealer.Seal(EnvelopeDrafts.Events(id.ToString("D"), hash, environment, signedAt), Key).Bytes;
                    var submission = new EventSealer(Key, environment).Seal(id.ToString("D"), record, signedAt);
                    Assert.Equal(expected.ToArray(), submission.Envelope.ToArray());
                    Assert.Equal((id.ToString("D"), hash), (submission.EventId, submission.PayloadHash));
                    Assert.Equal(record, submission.Record!.Value.ToArray());
                    Assert.True(submission.IsSealedTogether);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Several_sealed_together_are_those_sealed_one_by_one() =>
        Prop.ForAll<(Guid Id, DateTime Time, byte[] Record)[]>(drawn =>
            {
                var sealer = new EventSealer(Key, "production");
                EventDraft[] drafts =
                [
                    .. drawn.Select(one => new EventDraft(
                        one.Id.ToString("D"),
                        one.Record,
                        new DateTimeOffset(DateTime.SpecifyKind(one.Time, DateTimeKind.Utc))
                    )),
                ];
                var together = sealer.SealAll(drafts);
                Assert.Equal(drafts.Length, together.Length);
                foreach (var (draft, submission) in drafts.Zip(together))
                {
                    var alone = sealer.Seal(draft.EventId, draft.Record, draft.SignedAt);
                    Assert.Equal(alone.Envelope.ToArray(), submission.Envelope.ToArray());
                    Assert.Equal((alone.EventId, alone.PayloadHash), (submission.EventId, submission.PayloadHash));
                    Assert.Equal(draft.Record.ToArray(), submission.Record!.Value.ToArray());
                    Assert.True(submission.IsSealedTogether);
                }
            })
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("")]
    [InlineData("8D5B2A66-0000-4000-8000-000000000000")]
    [InlineData("{8d5b2a66-0000-4000-8000-000000000000}")]
    [InlineData("8d5b2a66-0000-4000-8000-00000000000\"")]
    [InlineData("8d5b2a66-0000-4000-8000-0000000000000")]
    public void An_event_id_that_is_no_uuid_in_lower_case_is_refused(string id) =>
        Assert.Throws<ArgumentException>(() => new EventSealer(Key, "dev").Seal(id, "{}"u8.ToArray(), DateTimeOffset.UnixEpoch));

    [Theory]
    [InlineData("")]
    [InlineData("Production")]
    [InlineData("dev\"")]
    public void An_environment_is_dev_or_production(string environment) =>
        Assert.Throws<ArgumentException>(() => new EventSealer(Key, environment));
}
