using System.Text.Json;
using Hallmark.Anchors.Arweave.DataItems;
using Hallmark.Anchors.Arweave.Wallets;
using Hallmark.Testing;

namespace Hallmark.Anchors.Tests.Arweave;

/// <summary><c>data-items.json</c> and <c>negative-items.json</c> of others' software, and ours for the same contents.</summary>
public sealed class DataItemVectorTests
{
    private static readonly DataItemRules WithMultiSignature = new() { AllowMultiSignature = true };

    [Fact]
    public void Every_item_that_others_made_is_read_field_by_field_and_verifies()
    {
        Assert.Equal(18, Ans104Vectors.Items.Count);
        foreach (var expected in Ans104Vectors.Items)
        {
            var item = DataItem.Parse(expected.Base64("itemBase64"), WithMultiSignature);
            Assert.Equal(expected.GetProperty("signatureType").GetInt32(), (int)item.SignatureType);
            Assert.Equal(expected.Hex("ownerHex"), item.Owner.ToArray());
            Assert.Equal(expected.Text("ownerAddress"), item.OwnerAddress);
            Assert.Equal(expected.Hex("targetHex"), item.Target.ToArray());
            Assert.Equal(expected.Hex("anchorHex"), item.Anchor.ToArray());
            Assert.Equal(expected.Hex("rawTagsHex"), item.RawTags.ToArray());
            Assert.Equal(expected.Tags(), item.Tags);
            Assert.True(item.HasCanonicalTags);
            Assert.Equal(expected.Hex("dataHex"), item.Data.ToArray());
            Assert.Equal(expected.Hex("signatureHex"), item.Signature.ToArray());
            Assert.Equal(expected.Text("id"), item.Id);
            Assert.Equal(expected.Hex("deepHashHex"), item.ComputeSignedMessage());
            Assert.True(item.Verify().IsVerified, $"{expected.Text("name")}: {item.Verify().Refusal}");
        }
    }

    [Fact]
    public void Every_item_of_the_negative_file_is_refused_by_reading_or_by_verifying_whatever_the_reference_library_says()
    {
        var expected = new Dictionary<string, DataItemFault>(StringComparer.Ordinal)
        {
            ["tag count field says 4, three tags present"] = DataItemFault.TagCount,
            ["unknown signature type 99"] = DataItemFault.SignatureType,
            ["truncated to 79 bytes"] = DataItemFault.Length,
            ["target presence byte 2"] = DataItemFault.Presence,
            ["tag value of 4000 bytes, tag section just under 4096 bytes"] = DataItemFault.TagLimit,
            ["tag section over 4096 bytes"] = DataItemFault.TagSection,
            ["129 tags"] = DataItemFault.TagLimit,
            ["tag value of 3073 bytes"] = DataItemFault.TagLimit,
            ["tag name of 1025 bytes"] = DataItemFault.TagLimit,
            ["empty tag value"] = DataItemFault.TagLimit,
        };
        var items = Ans104Vectors.List("negative-items.json", "items");
        Assert.Equal(20, items.Count);
        foreach (var item in items)
        {
            var name = item.Text("name");
            var fault = FaultOf(item.Base64("itemBase64"), WithMultiSignature);
            Assert.True(fault == expected.GetValueOrDefault(name, DataItemFault.Signature), $"{name}: {fault}");
        }
    }

    [Fact]
    public void Items_made_with_the_same_keys_are_those_of_the_reference_library_byte_for_byte()
    {
        var made = 0;
        foreach (var expected in Ans104Vectors.Items)
        {
            using var wallet = WalletOf(expected);
            if (wallet is null)
            {
                continue;
            }

            var item = DataItem.Create(
                wallet,
                expected.Tags(),
                expected.Hex("dataHex"),
                expected.Hex("anchorHex"),
                expected.Hex("targetHex")
            );
            Assert.Equal(expected.Base64("itemBase64"), item.Bytes.ToArray());
            Assert.Equal(expected.Text("id"), item.Id);
            made++;
        }

        Assert.Equal(13, made);
    }

    [Fact]
    public void An_arweave_item_differs_from_the_reference_library_s_in_nothing_but_the_signature()
    {
        using var wallet = TestWallets.Of(SignatureType.Arweave);
        foreach (var expected in Ans104Vectors.Items.Where(item => item.GetProperty("signatureType").GetInt32() == 1))
        {
            var item = DataItem.Create(
                wallet,
                expected.Tags(),
                expected.Hex("dataHex"),
                expected.Hex("anchorHex"),
                expected.Hex("targetHex")
            );
            var theirs = expected.Base64("itemBase64");
            Assert.Equal(theirs.AsSpan(0, 2), item.Bytes.Span[..2]);
            Assert.Equal(theirs.AsSpan(2 + 512), item.Bytes.Span[(2 + 512)..]);
            Assert.NotEqual(expected.Text("id"), item.Id);
            Assert.True(DataItem.Parse(item.Bytes).Verify().IsVerified);
        }
    }

    [Fact]
    public void Items_with_several_signatures_are_refused_unless_they_are_asked_for()
    {
        var item = Ans104Vectors.Item("multiaptos-type6").Base64("itemBase64");
        Assert.Equal(DataItemFault.SignatureType, FaultOf(item));
        Assert.Null(FaultOf(item, WithMultiSignature));
    }

    [Fact]
    public void Items_of_the_family_s_envelopes_are_read_rebuilt_and_verified()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(ProjectFiles.TestData("ario/ans104-items.json")));
        using var solana = Ed25519Wallet.FromSeed(vectors.RootElement.Hex("solana_seed_hex"));
        using var arweave = RsaWallet.FromParameters(TestWallets.Parameters(vectors.RootElement.GetProperty("arweave_test_jwk")))!;
        var cases = vectors.RootElement.GetProperty("cases").EnumerateArray().ToList();
        Assert.Equal(13, cases.Count);
        foreach (var expected in cases)
        {
            var bytes = expected.Base64("data_item_base64");
            var item = DataItem.Parse(bytes);
            Assert.True(item.Verify(expected.Text("id_base64url")).IsVerified, expected.Text("id"));
            Assert.Equal(expected.Hex("deep_hash_hex"), item.ComputeSignedMessage());
            Assert.Equal(expected.Hex("tag_bytes_hex"), item.RawTags.ToArray());
            Assert.Equal(expected.Hex("owner_hex"), item.Owner.ToArray());
            Assert.Equal(expected.Hex("signature_hex"), item.Signature.ToArray());
            Assert.Equal(expected.Base64("data_base64"), item.Data.ToArray());

            ArweaveWallet wallet = item.SignatureType == SignatureType.Arweave ? arweave : solana;
            var ours = DataItem.Create(
                wallet,
                expected.Tags(),
                expected.Base64("data_base64"),
                System.Text.Encoding.UTF8.GetBytes(expected.Text("anchor_utf8"))
            );
            Assert.True(ours.Verify().IsVerified);
            var compared = expected.GetProperty("signature_is_deterministic").GetBoolean() ? 0 : 2 + item.Signature.Length;
            Assert.Equal(bytes[compared..], ours.Bytes[compared..].ToArray());
        }
    }

    /// <summary>The first fault that reading or verifying finds, or null.</summary>
    internal static DataItemFault? FaultOf(ReadOnlyMemory<byte> bytes, DataItemRules? rules = null) =>
        DataItem.TryParse(bytes, out var item, out var refusal, rules) ? item.Verify().Refusal?.Fault : refusal.Fault;

    private static ArweaveWallet? WalletOf(JsonElement item) =>
        (item.Text("name"), (SignatureType)item.GetProperty("signatureType").GetInt32()) switch
        {
            (_, SignatureType.Arweave or SignatureType.MultiAptos) => null,
            ("solana-signer-type2", var type) => TestWallets.SolanaKey(type),
            (_, var type) => TestWallets.Of(type),
        };
}
