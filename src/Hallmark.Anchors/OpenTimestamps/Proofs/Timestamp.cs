using System.Collections.Immutable;

namespace Hallmark.Anchors.OpenTimestamps.Proofs;

/// <summary>
/// A tree of operations over a message, with attestations at its nodes: whoever attests to a node's message attests to every message above it. Immutable;
/// every message is recomputed when the tree is made, so that a tree always holds together.
/// </summary>
public sealed class Timestamp
{
    /// <summary>The most levels: 255 operations in a row and an attestation.</summary>
    public const int MaxLevels = 256;

    private readonly byte[] _message;

    private Timestamp(byte[] message, ImmutableArray<TimeAttestation> attestations, ImmutableArray<TimestampBranch> branches)
    {
        _message = message;
        Attestations = attestations;
        Branches = branches;
        ReachesBitcoin =
            attestations.Any(static attestation => attestation.Kind is TimeAttestationKind.Bitcoin)
            || branches.Any(static branch => branch.Result.ReachesBitcoin);
        Levels = 1 + (branches.IsEmpty ? 0 : branches.Max(static branch => branch.Result.Levels));
    }

    /// <summary>What is timestamped here, 0 to 4096 bytes.</summary>
    public ReadOnlySpan<byte> Message => _message;

    /// <summary>Who attests to this very message; each once.</summary>
    public ImmutableArray<TimeAttestation> Attestations { get; }

    /// <summary>What is done with the message; each operation once.</summary>
    public ImmutableArray<TimestampBranch> Branches { get; }

    /// <summary>How many messages the longest path has, this one included; at most 256.</summary>
    public int Levels { get; }

    /// <summary>True where a Bitcoin block attests to this message, here or at the end of some path.</summary>
    public bool ReachesBitcoin { get; }

    /// <summary>A message with attestations directly on it.</summary>
    /// <exception cref="ArgumentException">The message is longer than 4096 bytes, or nobody attests.</exception>
    public static Timestamp Attested(ReadOnlySpan<byte> message, params ReadOnlySpan<TimeAttestation> attestations)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(message.Length, TimestampOperation.MaxMessageLength, nameof(message));
        ArgumentOutOfRangeException.ThrowIfZero(attestations.Length, nameof(attestations));
        return new Timestamp(message.ToArray(), [.. attestations.ToArray().Distinct()], []);
    }

    /// <summary>Puts a path of operations in front of a timestamp.</summary>
    /// <param name="message">Where the path starts.</param>
    /// <param name="path">The operations in order; may be empty.</param>
    /// <param name="end">The timestamp over what the path gives.</param>
    /// <exception cref="ArgumentException">The path cannot be applied, does not lead to the message of <paramref name="end"/>, or is too long.</exception>
    public static Timestamp Over(ReadOnlySpan<byte> message, IReadOnlyList<TimestampOperation> path, Timestamp end)
    {
        var messages = new byte[path.Count + 1][];
        messages[0] = message.ToArray();
        for (var step = 0; step < path.Count; step++)
        {
            messages[step + 1] = path[step].TryApply(messages[step], out var result)
                ? result
                : throw new ArgumentException($"Step {step} ({path[step].Kind}) cannot be applied to its message.", nameof(path));
        }

        if (!end.Message.SequenceEqual(messages[^1]))
        {
            throw new ArgumentException("The path does not lead to the message of the timestamp.", nameof(path));
        }

        if (path.Count + end.Levels > MaxLevels)
        {
            throw new ArgumentException($"The path would make more than {MaxLevels} levels.", nameof(path));
        }

        for (var step = path.Count - 1; step >= 0; step--)
        {
            end = new Timestamp(messages[step], [], [new TimestampBranch(path[step], end)]);
        }

        return end;
    }

    /// <summary>Reads a timestamp as a calendar answers it: no header, and nothing after it.</summary>
    /// <param name="bytes">The answer.</param>
    /// <param name="message">The message it is over.</param>
    /// <exception cref="OtsRejectedException">The bytes are not a timestamp over this message.</exception>
    public static Timestamp Parse(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> message)
    {
        var reader = new OtsReader(bytes);
        var timestamp = TimestampParser.Read(ref reader, message.ToArray());
        reader.RequireEnd(OtsFault.TrailingBytes);
        return timestamp;
    }

    /// <summary>Both trees in one: the union of attestations, and equal operations once.</summary>
    /// <exception cref="ArgumentException">The other is over another message.</exception>
    public Timestamp Merge(Timestamp other) =>
        other.Message.SequenceEqual(Message)
            ? Union([this, other])
            : throw new ArgumentException("Timestamps over different messages cannot be merged.", nameof(other));

    /// <summary>Merges timestamps at whatever nodes have their messages.</summary>
    /// <exception cref="OtsRejectedException">The tree would have more than 256 levels.</exception>
    public Timestamp MergeAtNodes(IReadOnlyList<Timestamp> additions)
    {
        var grown = Grow(this, additions);
        return grown.Levels <= MaxLevels ? grown : throw new OtsRejectedException(OtsFault.TooDeep, offset: 0);
    }

    /// <summary>The tree without some attestations, and without the branches that led only to them.</summary>
    /// <returns>Null where nothing is left.</returns>
    public Timestamp? Without(Func<AttestedMessage, bool> isUnwanted)
    {
        var attestations = Attestations.RemoveAll(attestation => isUnwanted(new AttestedMessage(this, attestation)));
        var branches = Branches
            .Select(branch => (branch.Operation, Result: branch.Result.Without(isUnwanted)))
            .Where(static branch => branch.Result is not null)
            .Select(static branch => new TimestampBranch(branch.Operation, branch.Result!)) // ! the line above
            .ToImmutableArray();
        return attestations.IsEmpty && branches.IsEmpty ? null : new Timestamp(_message, attestations, branches);
    }

    /// <summary>Every attestation with its node, from the top.</summary>
    public IEnumerable<AttestedMessage> AllAttestations()
    {
        foreach (var node in Nodes())
        {
            foreach (var attestation in node.Attestations)
            {
                yield return new AttestedMessage(node, attestation);
            }
        }
    }

    /// <summary>Every node: this one, then those below it, branch by branch.</summary>
    public IEnumerable<Timestamp> Nodes()
    {
        var waiting = new Stack<Timestamp>([this]);
        while (waiting.TryPop(out var node))
        {
            yield return node;
            for (var branch = node.Branches.Length - 1; branch >= 0; branch--)
            {
                waiting.Push(node.Branches[branch].Result);
            }
        }
    }

    /// <summary>The tree as it is written, in canonical order, without the header of a file.</summary>
    public byte[] ToArray()
    {
        var writer = new OtsWriter();
        Write(writer);
        return writer.ToArray();
    }

    internal void Write(OtsWriter writer)
    {
        const byte fork = 0xFF;
        const byte attestationFollows = 0x00;
        var entries = Attestations.Length + Branches.Length;
        foreach (var attestation in Attestations.Sort(TimeAttestation.Compare))
        {
            if (--entries > 0)
            {
                writer.WriteByte(fork);
            }

            writer.WriteByte(attestationFollows);
            attestation.Write(writer);
        }

        foreach (
            var (operation, result) in Branches.Sort(static (left, right) => TimestampOperation.Compare(left.Operation, right.Operation))
        )
        {
            if (--entries > 0)
            {
                writer.WriteByte(fork);
            }

            writer.WriteByte((byte)operation.Kind);
            if (TimestampOperation.TakesArgument(operation.Kind))
            {
                writer.WriteVarBytes(operation.Argument);
            }

            result.Write(writer);
        }
    }

    /// <summary>A node from its entries as they were read; those with equal operations are merged.</summary>
    internal static Timestamp FromEntries(byte[] message, List<TimeAttestation> attestations, List<TimestampBranch> branches) =>
        new(message, [.. attestations.Distinct()], Together(branches));

    private static Timestamp Union(IReadOnlyList<Timestamp> sameMessage) =>
        sameMessage.Count == 1
            ? sameMessage[0]
            : new Timestamp(
                sameMessage[0]._message,
                [.. sameMessage.SelectMany(static one => one.Attestations).Distinct()],
                Together(sameMessage.SelectMany(static one => one.Branches))
            );

    // All of one operation are united at once: one after the other would cost the square of their number, which a hostile file chooses.
    private static ImmutableArray<TimestampBranch> Together(IEnumerable<TimestampBranch> branches) =>
        [
            .. branches
                .GroupBy(static branch => branch.Operation, static branch => branch.Result)
                .Select(static same => new TimestampBranch(same.Key, Union([.. same]))),
        ];

    // Additions are not walked in their turn: two reversals lead back to the same message, and a hostile answer could so be merged into itself for ever.
    private static Timestamp Grow(Timestamp node, IReadOnlyList<Timestamp> additions)
    {
        var grown = node.Branches.IsEmpty
            ? node
            : new Timestamp(
                node._message,
                node.Attestations,
                [.. node.Branches.Select(branch => branch with { Result = Grow(branch.Result, additions) })]
            );
        return Union([grown, .. additions.Where(addition => addition.Message.SequenceEqual(node.Message))]);
    }
}
