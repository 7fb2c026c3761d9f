using System.Security.Cryptography.Pkcs;
using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Anchors.Http;
using Hallmark.Anchors.TimeStampAuthority;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Checks;
using Hallmark.Core.Digests;
using Hallmark.Core.Failures;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.TimeStampAuthority;

/// <summary>Tokens of a real authority, <c>openssl ts</c>: ours in its verifier, its in ours, and what must be refused.</summary>
public sealed class TimeStampTests(OpenSslAuthority authority) : IClassFixture<OpenSslAuthority>, IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("log.example\n41\nroot\n");
    private readonly HttpClient _client = new(AnchorHttp.CreateHandler());

    public void Dispose() => _client.Dispose();

    [PeerFact("openssl")]
    public async Task A_token_goes_into_the_receipt_and_verifies_here_and_in_openssl()
    {
        await using var server = await authority.ServeAsync();
        var receipt = await StampAsync(server);
        Assert.Equal((ReceiptState.Final, "rfc3161", 41), (receipt.State, receipt.World, receipt.TreeSize));
        Assert.Equal(new Uri(server.Address).Authority, receipt.Network);
        Assert.True(authority.Verifies(Bytes(receipt, "request"), Bytes(receipt, "token")));

        var witness = Verify(receipt);
        Assert.True(witness.Holds, Describe(witness));
        Assert.Equal((ReceiptState.Final, true), (witness.State, witness.IsOutside));
        Assert.Equal("the time-stamp authority Test signer", witness.By);
        Assert.Contains("revocation", witness.Trust, StringComparison.Ordinal);
        var facts = Token(receipt).TokenInfo;
        Assert.Equal(facts.Timestamp + TimeSpan.FromSeconds(1.5), witness.ExistedBefore);
        Assert.Equal(Convert.ToHexStringLower(facts.GetSerialNumber().Span), receipt.Reference);
        Assert.Equal(witness.ExistedBefore, (await Verifier().VerifyLiveAsync(receipt, Content, None)).ExistedBefore);
    }

    [PeerFact("openssl")]
    public async Task An_authority_with_an_rsa_key_and_no_intermediate_is_as_good()
    {
        await using var server = await authority.ServeAsync("rsa");
        var receipt = await StampAsync(server);
        Assert.True(Verify(receipt).Holds, Describe(Verify(receipt)));
        Assert.True(authority.Verifies(Bytes(receipt, "request"), Bytes(receipt, "token")));
    }

    [PeerFact("openssl")]
    public void A_token_that_openssl_made_alone_verifies_and_certificates_it_does_not_need_are_told()
    {
        var (query, token) = authority.StampAlone(Content);
        var witness = Verify(Receipt(query, token));
        Assert.True(witness.Holds, Describe(witness));
        Assert.Contains(witness.Checks, check => check is { Name: "other_certificates", Outcome: CheckOutcome.NotRun });
    }

    [PeerFact("openssl")]
    public async Task What_the_chain_does_not_need_is_not_kept()
    {
        await using var server = await authority.ServeAsync();
        var receipt = await StampAsync(server);
        Assert.Equal(
            ["CN=Test issuer", "CN=Test signer"],
            Token(receipt).AsSignedCms().Certificates.Select(certificate => certificate.Subject).Order(StringComparer.Ordinal)
        );
    }

    [PeerFact("openssl")]
    public async Task Any_byte_of_token_or_request_that_is_changed_refutes_the_receipt()
    {
        await using var server = await authority.ServeAsync();
        var receipt = await StampAsync(server);
        foreach (var member in new[] { "token", "request" })
        {
            var good = Bytes(receipt, member);
            for (var i = 0; i < good.Length; i++)
            {
                var bad = good.ToArray();
                bad[i] ^= (byte)(1 << (i % 8));
                var witness = Verify(With(receipt, member, bad));
                Assert.True(witness.IsRefuted && !witness.Holds, $"{member} byte {i}, bit {i % 8}: {Describe(witness)}");
            }
        }
    }

    [PeerFact("openssl")]
    public async Task Without_a_root_a_token_is_kept_and_nothing_is_proven_yet()
    {
        await using var server = await authority.ServeAsync();
        var receipt = await StampAsync(server, new TimeStampTrust());
        Assert.Equal(ReceiptState.Final, receipt.State);
        Assert.Contains("no root is set up", receipt.Remark, StringComparison.Ordinal);
        var witness = new TimeStampReceiptVerifier(new TimeStampTrust(), TimeProvider.System).Verify(receipt, Content);
        Assert.Equal((ReceiptState.Submitted, false, null), (witness.State, witness.Holds, witness.ExistedBefore));
        AssertOutcome(witness, "chain", CheckOutcome.NotRun, "no_root_given");
        Assert.Contains("Test issuer", witness.Checks.Single(check => check.Name == "chain").Detail, StringComparison.Ordinal);
        Assert.True(Verify(receipt).Holds);
    }

    [PeerFact("openssl")]
    public async Task A_token_of_another_root_policy_or_authority_is_refused()
    {
        await using var server = await authority.ServeAsync();
        var receipt = await StampAsync(server);
        using var other = new OpenSslAuthority();
        AssertOutcome(Verify(receipt, new TimeStampTrust { Roots = [other.Root] }), "chain", CheckOutcome.Failed, "not_trusted");
        AssertOutcome(Verify(receipt, Trust with { Policy = "1.2.3.4.5" }), "policy", CheckOutcome.Failed, "another_policy");
        AssertOutcome(Verify(receipt, Trust with { Network = "tsa.example" }), "network", CheckOutcome.Failed, "another_network");
        AssertOutcome(Verify(receipt with { World = "arweave" }), "network", CheckOutcome.Failed, "another_network");
        var refused = await Assert.ThrowsAsync<AnchorUnavailableException>(() =>
            StampAsync(server, new TimeStampTrust { Roots = [other.Root] })
        );
        Assert.Contains("does not lead to a given root", refused.Message, StringComparison.Ordinal);
    }

    [PeerFact("openssl")]
    public async Task A_wanted_policy_is_asked_for_and_one_that_the_authority_does_not_have_is_refused_for_good()
    {
        await using var server = await authority.ServeAsync();
        var trust = Trust with { Policy = "1.2.3.4.5" };
        var receipt = await StampAsync(server, trust);
        AssertOutcome(Verify(receipt, trust), "policy", CheckOutcome.Passed, null);
        Assert.True(Verify(receipt).Holds);
        var refusal = await Assert.ThrowsAsync<BadInputException>(() => StampAsync(server, Trust with { Policy = "1.2.3.9" }));
        Assert.Contains("does not know the policy", refusal.Message, StringComparison.Ordinal);
    }

    [PeerFact("openssl")]
    public async Task A_receipt_for_other_content_another_nonce_or_another_serial_number_is_refused()
    {
        await using var server = await authority.ServeAsync();
        var (receipt, second) = (await StampAsync(server), await StampAsync(server));
        AssertOutcome(Verifier().Verify(receipt, "else"u8.ToArray()), "digest", CheckOutcome.Failed, "another_digest");
        AssertOutcome(Verify(With(receipt, "request", Bytes(second, "request"))), "nonce", CheckOutcome.Failed, "another_request");
        AssertOutcome(Verify(receipt with { Reference = second.Reference }), "receipt", CheckOutcome.Failed, "claims_differ");
        AssertOutcome(Verify(receipt with { State = ReceiptState.Confirmed }), "receipt", CheckOutcome.Failed, "claims_differ");
        var other = Digest.Compute(DigestAlgorithm.Sha256, "else"u8);
        AssertOutcome(
            Verifier().Verify(receipt with { Digest = other }, "else"u8.ToArray()),
            "imprint",
            CheckOutcome.Failed,
            "another_digest"
        );
    }

    [PeerFact("openssl")]
    public async Task A_signer_that_was_not_valid_then_or_is_not_for_time_stamps_is_refused()
    {
        await using var server = await authority.ServeAsync();
        var receipt = await StampAsync(server);
        var forger = new TokenForger(authority.Root);
        var (now, day) = (TimeProvider.System.GetUtcNow(), TimeSpan.FromDays(1)); // the authority's clock is the system's
        const string timeStamping = "1.3.6.1.5.5.7.3.8";
        const string codeSigning = "1.3.6.1.5.5.7.3.3";

        // What is refused below is refused for the one fault alone: the same forgery without fault is accepted.
        using var sound = forger.CertifyForTimeStamps(now - day, now + day);
        Assert.True(Verify(Forged(receipt, TokenForger.SignAnew(Bytes(receipt, "token"), sound))).Holds);
        AssertRefused("certificate_binding", forger.CertifyForTimeStamps(now - (3 * day), now - day));
        AssertRefused("certificate_binding", forger.CertifyForTimeStamps(now + day, now + (3 * day)));
        AssertRefused("certificate_use", forger.Certify(now - day, now + day));
        AssertRefused("certificate_use", forger.Certify(now - day, now + day, isCritical: false, timeStamping));
        AssertRefused("certificate_use", forger.Certify(now - day, now + day, isCritical: true, timeStamping, codeSigning));
        var unbound = TokenForger.SignAnew(Bytes(receipt, "token"), sound, named: authority.Root);
        AssertOutcome(Verify(Forged(receipt, unbound)), "certificate_binding", CheckOutcome.Failed, "not_bound");

        void AssertRefused(string check, System.Security.Cryptography.X509Certificates.X509Certificate2 signer)
        {
            using (signer)
            {
                var witness = Verify(Forged(receipt, TokenForger.SignAnew(Bytes(receipt, "token"), signer)));
                Assert.Equal(CheckOutcome.Failed, witness.Checks.Single(asked => asked.Name == check).Outcome);
                Assert.False(witness.Holds);
            }
        }
    }

    [PeerFact("openssl")]
    public void An_authority_that_is_asked_for_sha_1_refuses_and_its_refusal_is_read()
    {
        var refusal = Assert.Throws<BadInputException>(() =>
            TimeStampAnswer.ReadToken(authority.Reply(authority.QuerySha1(Content)), "tsa.example")
        );
        Assert.Contains("tsa.example grants no time stamp: it does not know the hash algorithm", refusal.Message, StringComparison.Ordinal);
    }

    [PeerFact("openssl")]
    public async Task Clocks_that_disagree_show_that_one_is_wrong_and_prove_no_time()
    {
        await using var server = await authority.ServeAsync();
        var receipt = await StampAsync(server);
        var past = new SettableClock();
        past.Advance(Token(receipt).TokenInfo.Timestamp - past.GetUtcNow() - TimeSpan.FromDays(2));
        var witness = new TimeStampReceiptVerifier(Trust, past).Verify(receipt, Content);
        AssertOutcome(witness, "time", CheckOutcome.NotRun, "clocks_disagree");
        Assert.Equal((false, null, false), (witness.Holds, witness.ExistedBefore, witness.IsRefuted));
        var late = Verify(receipt with { PreparedAt = receipt.PreparedAt.AddDays(400) });
        AssertOutcome(late, "time", CheckOutcome.NotRun, "clocks_disagree");
        var refused = await Assert.ThrowsAsync<AnchorUnavailableException>(() => StampAsync(server, clock: past));
        Assert.Contains("one of the two is wrong", refused.Message, StringComparison.Ordinal);
    }

    [PeerFact("openssl")]
    public async Task The_same_receipt_sent_again_after_a_crash_sends_the_same_request()
    {
        await using var server = await authority.ServeAsync();
        var prepared = await Anchor(server).PrepareAsync(Submission, None);
        Assert.Empty(server.Asked);
        AssertOutcome(Verify(prepared), "token", CheckOutcome.NotRun, "unreachable");
        var (first, second) = (await Anchor(server).SubmitAsync(prepared, None), await Anchor(server).SubmitAsync(prepared, None));
        Assert.Equal(Bytes(first, "request"), Bytes(second, "request"));
        Assert.Same(first, await Anchor(server).SubmitAsync(first, None));
        Assert.Equal(2, server.Asked.Count);
        Assert.NotEqual(Bytes(prepared, "request"), Bytes(await Anchor(server).PrepareAsync(Submission, None), "request"));
    }

    private TimeStampTrust Trust => new() { Roots = TimeStampRoots.Read(authority.RootFile) };

    private static AnchorSubmission Submission => AnchorSubmission.OfCheckpoint("log.example", 41, Content);

    private static Rfc3161TimestampToken Token(AnchorReceipt receipt)
    {
        Assert.True(Rfc3161TimestampToken.TryDecode(Bytes(receipt, "token"), out var token, out _));
        return token;
    }

    private static byte[] Bytes(AnchorReceipt receipt, string member) =>
        Convert.FromBase64String(receipt.Proof[member]!.GetValue<string>());

    private static AnchorReceipt With(AnchorReceipt receipt, string member, byte[] bytes)
    {
        var proof = (JsonObject)receipt.Proof.DeepClone();
        proof[member] = Convert.ToBase64String(bytes);
        return receipt with { Proof = proof };
    }

    private static AnchorReceipt Forged(AnchorReceipt receipt, byte[] token) => With(receipt, "token", token);

    private static AnchorReceipt Receipt(byte[] request, byte[] token)
    {
        Assert.True(Rfc3161TimestampToken.TryDecode(token, out var decoded, out _));
        return new AnchorReceipt
        {
            Anchor = "tsa",
            World = "rfc3161",
            Network = "tsa.example",
            Target = AnchorTarget.Checkpoint,
            Digest = Digest.Compute(DigestAlgorithm.Sha256, Content),
            TreeSize = 41,
            State = ReceiptState.Final,
            Reference = Convert.ToHexStringLower(decoded.TokenInfo.GetSerialNumber().Span),
            PreparedAt = decoded.TokenInfo.Timestamp,
            Proof = new JsonObject { ["request"] = Convert.ToBase64String(request), ["token"] = Convert.ToBase64String(token) },
        };
    }

    private static void AssertOutcome(Witness witness, string name, CheckOutcome outcome, string? reason)
    {
        var check = witness.Checks.Single(asked => asked.Name == name);
        Assert.Equal((outcome, reason), (check.Outcome, check.Reason));
        Assert.Equal(outcome is CheckOutcome.Passed, witness.Holds);
    }

    private static string Describe(Witness witness) =>
        string.Join("; ", witness.Checks.Select(check => $"{check.Name} {check.Outcome} {check.Detail}"));

    private TimeStampReceiptVerifier Verifier(TimeStampTrust? trust = null) => new(trust ?? Trust, TimeProvider.System);

    private Witness Verify(AnchorReceipt receipt, TimeStampTrust? trust = null) => Verifier(trust).Verify(receipt, Content);

    private TimeStampAuthorityAnchor Anchor(LoopbackServer server, TimeStampTrust? trust = null, TimeProvider? clock = null) =>
        new(
            new TimeStampAuthorityOptions
            {
                Name = "tsa",
                Address = new Uri(server.Address),
                Trust = trust ?? Trust,
            },
            new AnchorHttp(_client, allowPlainHttp: false, TimeProvider.System),
            clock ?? TimeProvider.System
        );

    private async Task<AnchorReceipt> StampAsync(LoopbackServer server, TimeStampTrust? trust = null, TimeProvider? clock = null)
    {
        var anchor = Anchor(server, trust, clock);
        return await anchor.SubmitAsync(await anchor.PrepareAsync(Submission, None), None);
    }
}
