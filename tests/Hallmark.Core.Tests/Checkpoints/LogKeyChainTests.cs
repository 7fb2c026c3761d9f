using Hallmark.Core.Checkpoints;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;
using Hallmark.Core.Signatures;

namespace Hallmark.Core.Tests.Checkpoints;

/// <summary>Which key of a log must have signed a checkpoint, followed from the first one.</summary>
public sealed class LogKeyChainTests
{
    private readonly HandedOverLog _log = new();
    private readonly LogKeyChain _first = new(HandedOverLog.Vkey(1));

    [Fact]
    public void A_key_signs_the_checkpoints_up_to_its_handover_and_the_successor_those_that_cover_it()
    {
        var (second, third) = Follow();
        Assert.Equal((2, 0, 1), (third.Length, _first.Length, second.Length));
        Assert.Equal([3L, 7L], third.Indices.AsEnumerable());
        Assert.Equal((HandedOverLog.Vkey(1), HandedOverLog.Vkey(3)), (third.First, third.Current));
        foreach (var (size, key) in new[] { (0, 1), (3, 1), (4, 2), (7, 2), (8, 3), (100, 3) })
        {
            Assert.Equal(HandedOverLog.Vkey(key), third.KeyAt(size));
        }

        Assert.True(third.HasHad(HandedOverLog.Vkey(1)) && third.HasHad(HandedOverLog.Vkey(2)) && third.HasHad(HandedOverLog.Vkey(3)));
        Assert.False(third.HasHad(HandedOverLog.Vkey(4)));
    }

    [Fact]
    public void The_first_checkpoint_over_a_handover_is_signed_by_both_and_later_ones_by_the_successor()
    {
        var (_, keys) = Follow();
        Assert.Equal([HandedOverLog.Vkey(1)], keys.KeysBetween(0, 3).AsEnumerable());
        Assert.Equal([HandedOverLog.Vkey(1), HandedOverLog.Vkey(2)], keys.KeysBetween(0, 4).AsEnumerable());
        Assert.Equal([HandedOverLog.Vkey(1), HandedOverLog.Vkey(2)], keys.KeysBetween(3, 7).AsEnumerable());
        Assert.Equal([HandedOverLog.Vkey(2)], keys.KeysBetween(4, 7).AsEnumerable());
        Assert.Equal([HandedOverLog.Vkey(2), HandedOverLog.Vkey(3)], keys.KeysBetween(7, 8).AsEnumerable());
        Assert.Equal([HandedOverLog.Vkey(3)], keys.KeysBetween(8, long.MaxValue).AsEnumerable());
    }

    [Fact]
    public void A_checkpoint_that_the_retired_key_signs_alone_is_refused_and_says_so()
    {
        var (_, keys) = Follow();
        Assert.Null(keys.FindFault(_log.Checkpoint(3, 1), 3));
        Assert.Null(keys.FindFault(_log.Checkpoint(4, 1, 2), 4));
        Assert.Null(keys.FindFault(_log.Checkpoint(4, 2), 4));
        var fault = keys.FindFault(_log.Checkpoint(4, 1), 4);
        Assert.Contains($"signed by {HandedOverLog.Vkey(1)} alone, which was retired by entry 3", fault, StringComparison.Ordinal);
        Assert.Contains("retired by entry 7", keys.FindFault(_log.Checkpoint(8, 2), 8), StringComparison.Ordinal);
        Assert.NotNull(keys.FindFault(_log.Checkpoint(8, 9), 8));

        // The successor has no say over what was before it.
        Assert.NotNull(keys.FindFault(_log.Checkpoint(3, 2), 3));
    }

    [Fact]
    public void A_handover_by_a_key_that_is_not_in_force_is_refused()
    {
        var (second, _) = Follow();
        Refuse(second, 9, HandedOverLog.Handover(1, 4, second.LastPayloadHash).Envelope, "the key in force is");
        Refuse(second, 9, HandedOverLog.Handover(5, 4, second.LastPayloadHash).Envelope, "the key in force is");
    }

    [Fact]
    public void A_handover_that_is_played_again_is_refused()
    {
        var replayed = HandedOverLog.Handover(1, 2).Envelope;
        var second = _first.Add(3, replayed.Span, out _)!;
        Refuse(second, 9, replayed, "the key in force is");
    }

    [Fact]
    public void A_retired_key_does_not_come_back()
    {
        var (second, third) = Follow();
        Refuse(second, 9, HandedOverLog.Handover(2, 1, second.LastPayloadHash).Envelope, "which was retired");
        Refuse(third, 9, HandedOverLog.Handover(3, 2, third.LastPayloadHash).Envelope, "which was retired");
    }

    [Fact]
    public void A_handover_must_follow_the_one_before_it_in_name_and_in_place()
    {
        var (second, _) = Follow();
        Refuse(second, 9, HandedOverLog.Handover(2, 4).Envelope, "does not follow the handover before it");
        Refuse(second, 9, HandedOverLog.Handover(2, 4, new string('a', 64)).Envelope, "does not follow the handover before it");
        Refuse(second, 3, HandedOverLog.Handover(2, 4, second.LastPayloadHash).Envelope, "stands before the one that it follows");
        Refuse(_first, 0, HandedOverLog.Handover(1, 4, new string('a', 64)).Envelope, "does not follow the handover before it");
        Assert.NotNull(second.Add(4, HandedOverLog.Handover(2, 4, second.LastPayloadHash).Envelope.Span, out _));
    }

    [Fact]
    public void A_handover_with_its_proof_is_followed_without_the_log()
    {
        Follow();
        var second = _first.Add(_log.Prove(3, 5, 1, 2), out var fault)!;
        Assert.Equal("", fault);
        Assert.Equal(HandedOverLog.Vkey(2), second.Current);
        Assert.Equal(HandedOverLog.Vkey(3), second.Add(_log.Prove(7, 8, 3, 2), out _)!.Current);
    }

    [Fact]
    public void A_handover_whose_checkpoint_only_one_key_signed_is_refused()
    {
        Follow();
        Refuse(_log.Prove(3, 5, 1), "not signed by both keys");
        Refuse(_log.Prove(3, 5, 2), "not signed by both keys");
        Refuse(_log.Prove(3, 5, 1, 9), "not signed by both keys");
        Refuse(_log.Prove(3, 5, 2, 2), "not signed by both keys");
    }

    [Fact]
    public void A_handover_that_is_not_in_the_tree_of_its_checkpoint_is_refused()
    {
        Follow();
        var good = _log.Prove(3, 5, 1, 2);
        Refuse(good with { Inclusion = good.Inclusion with { Index = 4 } }, "not in the tree");
        Refuse(good with { Inclusion = good.Inclusion with { TreeSize = 6 } }, "not in the tree");
        Refuse(good with { Inclusion = good.Inclusion with { Path = [] } }, "not in the tree");
        Refuse(
            good with
            {
                Inclusion = good.Inclusion with { Path = [default(TreeHash), .. good.Inclusion.Path.Skip(1)] },
            },
            "not in the tree"
        );
        Refuse(good with { Inclusion = good.Inclusion with { Index = ulong.MaxValue } }, "none of a ledger");
        Refuse(good with { Note = "no note"u8.ToArray() }, "cannot be read");

        // Made by the old key after the fact, in a tree of its own: another entry stands at that place.
        Refuse(good with { Entry = HandedOverLog.Handover(1, 2, id: 7).Envelope }, "not in the tree");
    }

    [Fact]
    public void A_checkpoint_of_another_ledger_and_one_that_is_no_note_are_told_apart()
    {
        Follow();
        var good = _log.Prove(3, 5, 1, 2);
        var text = new Checkpoint("log.example/other", 5, default).ToText();
        var other = SignedNote.Create(text, [new NoteSigner("log.example/other", HandedOverLog.Key(1)).Sign(text)]);
        Refuse(good with { Note = other.Bytes }, "its checkpoint is of another ledger, log.example/other");
        Assert.Null(_first.Add(good with { Note = "no note"u8.ToArray() }, out var fault));
        Assert.StartsWith("its checkpoint cannot be read: ", fault, StringComparison.Ordinal);
        Assert.True(fault.Length > "its checkpoint cannot be read: ".Length);
    }

    [Fact]
    public void The_last_place_of_a_ledger_is_one_and_the_next_is_none()
    {
        Follow();
        var good = _log.Prove(3, 5, 1, 2);
        Refuse(good with { Inclusion = good.Inclusion with { Index = long.MaxValue } }, "not in the tree");
        Refuse(good with { Inclusion = good.Inclusion with { Index = long.MaxValue + 1UL } }, "its place is none of a ledger");
    }

    [Fact]
    public void What_does_not_hold_leaves_the_chain_as_it_was_and_what_holds_says_nothing()
    {
        var (second, third) = Follow();
        Assert.Null(_first.LastPayloadHash);
        Assert.Null(_first.Add(9, "entry 1"u8, out var fault));
        Assert.Equal("it is no envelope of a handover in canonical form", fault);
        Assert.Equal((0, HandedOverLog.Vkey(1), HandedOverLog.Origin), (_first.Length, _first.Current, _first.Origin));
        Assert.NotNull(second.Add(9, HandedOverLog.Handover(2, 4, second.LastPayloadHash).Envelope.Span, out fault));
        Assert.Equal("", fault);
        Assert.Equal([3L], second.Indices.AsEnumerable());
        Assert.NotEqual(second.LastPayloadHash, third.LastPayloadHash);
    }

    [Fact]
    public void A_checkpoint_that_nobody_of_the_log_signed_is_no_retired_keys_checkpoint()
    {
        var (_, keys) = Follow();
        foreach (var (size, signer) in new[] { (3, 2), (3, 3), (7, 3), (8, 9) })
        {
            var fault = keys.FindFault(_log.Checkpoint(size, signer), size);
            Assert.NotNull(fault);
            Assert.DoesNotContain("retired", fault, StringComparison.Ordinal);
        }

        // Of two keys that were retired before, the one that signed is named.
        Assert.Contains(
            $"signed by {HandedOverLog.Vkey(1)} alone, which was retired by entry 3; {HandedOverLog.Vkey(3)} must have signed it",
            keys.FindFault(_log.Checkpoint(8, 1), 8),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_thousand_handovers_are_followed_and_one_more_is_refused()
    {
        var keys = _first;
        for (var i = 0; i < LogKeyChain.MaxLength; i++)
        {
            keys = keys.Add(i, Next(keys, i).Span, out var fault) ?? throw new InvalidOperationException($"{i}: {fault}");
        }

        Assert.Equal(1_000, keys.Length);
        Refuse(keys, 1_000, Next(keys, 1_000), "a ledger has at most 1000 of them");

        ReadOnlyMemory<byte> Next(LogKeyChain chain, int number) =>
            KeyHandover
                .Create(
                    HandedOverLog.Origin,
                    number == 0 ? HandedOverLog.Key(1) : Numbered(number),
                    Numbered(number + 1),
                    chain.LastPayloadHash,
                    $"00000000-0000-4000-8000-{number:d12}",
                    DateTimeOffset.UnixEpoch
                )
                .Envelope;

        static Ed25519PrivateKey Numbered(int number) =>
            Ed25519PrivateKey.FromSeed([.. Enumerable.Repeat((byte)77, 28), .. BitConverter.GetBytes(number)]);
    }

    private (LogKeyChain Second, LogKeyChain Third) Follow()
    {
        _log.AppendMany(3);
        _log.Append(HandedOverLog.Handover(1, 2).Envelope);
        var second = _first.Add(3, _log.Entries[3].Span, out _)!;
        _log.AppendMany(3);
        _log.Append(HandedOverLog.Handover(2, 3, second.LastPayloadHash, id: 2).Envelope);
        return (second, second.Add(7, _log.Entries[7].Span, out _)!);
    }

    private static void Refuse(LogKeyChain keys, long index, ReadOnlyMemory<byte> entry, string why)
    {
        Assert.Null(keys.Add(index, entry.Span, out var fault));
        Assert.Contains(why, fault, StringComparison.Ordinal);
    }

    private void Refuse(KeyHandoverProof proof, string why)
    {
        Assert.Null(_first.Add(proof, out var fault));
        Assert.Contains(why, fault, StringComparison.Ordinal);
    }
}
