using FsCheck;
using FsCheck.Fluent;
using Hallmark.Anchors.OpenTimestamps.Proofs;

namespace Hallmark.Anchors.Tests.OpenTimestamps.Proofs;

/// <summary>What holds for every timestamp, whatever it is. FsCheck draws the seeds.</summary>
public sealed class TimestampLawTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20261121, 1);
    private static readonly byte[] Message = [.. Enumerable.Range(0, 32).Select(static value => (byte)value)];

    [Fact]
    public void What_is_written_is_read_back_and_written_the_same() =>
        ForAll((_, one) => Timestamp.Parse(one.ToArray(), Message).ToArray().AsSpan().SequenceEqual(one.ToArray()));

    [Fact]
    public void Merging_is_the_same_in_any_order_and_a_second_time_changes_nothing() =>
        ForAll(
            (random, one) =>
            {
                var (two, three) = (Tree(random), Tree(random));
                var left = one.Merge(two).Merge(three).ToArray();
                return left.AsSpan().SequenceEqual(three.Merge(two.Merge(one)).ToArray())
                    && left.AsSpan().SequenceEqual(one.Merge(two).Merge(three).Merge(two).ToArray());
            }
        );

    [Fact]
    public void A_merge_keeps_every_attestation_of_both() =>
        ForAll(
            (random, one) =>
            {
                var two = Tree(random);
                var merged = OtsVectors.Leaves(one.Merge(two)).ToHashSet(StringComparer.Ordinal);
                return merged.SetEquals(OtsVectors.Leaves(one).Concat(OtsVectors.Leaves(two)));
            }
        );

    [Fact]
    public void Merging_at_the_nodes_reaches_the_node_and_nothing_else() =>
        ForAll(
            (random, one) =>
            {
                var nodes = one.Nodes().ToList();
                var node = nodes[random.Next(nodes.Count)];
                var addition = Timestamp.Attested(node.Message, TimeAttestation.Bitcoin(77));
                var expected =
                    OtsVectors.Leaves(one).Count(leaf => leaf.EndsWith("bitcoin 77", StringComparison.Ordinal))
                    + nodes.Count(other => other.Message.SequenceEqual(node.Message));
                return OtsVectors.Leaves(one.MergeAtNodes([addition])).Count(leaf => leaf.EndsWith("bitcoin 77", StringComparison.Ordinal))
                    == expected;
            }
        );

    [Fact]
    public void An_answer_that_comes_back_to_its_own_message_is_merged_once()
    {
        var there = TimestampOperation.WithoutArgument(TimestampOperationKind.Reverse);
        var circle = Timestamp.Over(Message, [there, there], Timestamp.Attested(Message, TimeAttestation.Bitcoin(1)));
        Assert.Equal(5, circle.MergeAtNodes([circle]).Levels);
    }

    [Fact]
    public void A_path_in_front_can_be_walked_again()
    {
        var end = Timestamp.Attested(TimestampOperation.Hash(TimestampOperationKind.Sha256, [.. Message, 7]), TimeAttestation.Bitcoin(5));
        var whole = Timestamp.Over(Message, [TimestampOperation.Append([7]), TimestampOperation.Sha256], end);
        Assert.Equal(3, whole.Levels);
        Assert.Equal(end.Message, Assert.Single(whole.AllAttestations()).Node.Message);
        Assert.Throws<ArgumentException>(() => Timestamp.Over(Message, [TimestampOperation.Append([8]), TimestampOperation.Sha256], end));
        Assert.Throws<ArgumentException>(() => Timestamp.Over(Message, [], end));
    }

    [Fact]
    public void Timestamps_over_different_messages_are_not_merged() =>
        Assert.Throws<ArgumentException>(() =>
            Timestamp.Attested([1], TimeAttestation.Bitcoin(1)).Merge(Timestamp.Attested([2], TimeAttestation.Bitcoin(1)))
        );

    [Fact]
    public void A_merge_that_would_go_below_the_last_level_is_refused()
    {
        var deep = Enumerable
            .Range(0, Timestamp.MaxLevels - 1)
            .Aggregate(
                new List<byte[]> { Message },
                static (messages, _) => [.. messages, TimestampOperation.Hash(TimestampOperationKind.Sha256, messages[^1])]
            );
        var path = Enumerable.Repeat(TimestampOperation.Sha256, Timestamp.MaxLevels - 1).ToList();
        var whole = Timestamp.Over(Message, path, Timestamp.Attested(deep[^1], TimeAttestation.Pending("a")));
        var addition = Timestamp.Over(
            deep[^1],
            [TimestampOperation.Sha256],
            Timestamp.Attested(TimestampOperation.Hash(TimestampOperationKind.Sha256, deep[^1]), TimeAttestation.Bitcoin(9))
        );
        Assert.Equal(OtsFault.TooDeep, Assert.Throws<OtsRejectedException>(() => whole.MergeAtNodes([addition])).Fault);
        Assert.Throws<ArgumentException>(() => Timestamp.Over(Message, [.. path, TimestampOperation.Sha256], addition));
    }

    [Fact]
    public void A_proof_file_holds_a_digest_of_its_own_hash_function_only()
    {
        var timestamp = Timestamp.Attested(new byte[20], TimeAttestation.Bitcoin(1));
        Assert.Equal(20, new DetachedTimestamp(TimestampOperationKind.Ripemd160, timestamp).Digest.Length);
        Assert.Throws<ArgumentException>(() => new DetachedTimestamp(TimestampOperationKind.Sha256, timestamp));
        Assert.Throws<ArgumentException>(() => new DetachedTimestamp(TimestampOperationKind.Append, timestamp));
    }

    private static void ForAll(Func<Random, Timestamp, bool> law) =>
        Check.One(
            Often,
            Prop.ForAll<int>(seed =>
            {
                var random = new Random(seed);
                return law(random, Tree(random));
            })
        );

    private static Timestamp Tree(Random random) => Timestamp.Parse(Entries(random, depth: 0), Message);

    // Few different entries, so that merges really meet.
    private static byte[] Entries(Random random, int depth)
    {
        var entries = new List<byte[]>();
        for (var count = random.Next(1, 4); count > 0; count--)
        {
            entries.Add(
                depth == 4 || random.Next(3) == 0 ? RandomAttestation(random) : [.. RandomOperation(random), .. Entries(random, depth + 1)]
            );
        }

        return [.. entries.SkipLast(1).SelectMany(static entry => entry.Prepend((byte)0xFF)), .. entries[^1]];
    }

    private static byte[] RandomOperation(Random random) =>
        random.Next(7) switch
        {
            0 => [0xF0, 2, 1, (byte)random.Next(3)],
            1 => [0xF1, 1, (byte)random.Next(3)],
            2 => [0xF2],
            3 => [0x02],
            4 => [0x03],
            5 => [0x67],
            _ => [0x08],
        };

    private static byte[] RandomAttestation(Random random) =>
        random.Next(3) switch
        {
            0 => Timestamp.Attested([], TimeAttestation.Pending($"https://{(char)('a' + random.Next(3))}.example")).ToArray(),
            1 => Timestamp.Attested([], TimeAttestation.Bitcoin(random.Next(3))).ToArray(),
            _ => [0x00, 1, 2, 3, 4, 5, 6, 7, 8, 1, (byte)random.Next(3)],
        };
}
