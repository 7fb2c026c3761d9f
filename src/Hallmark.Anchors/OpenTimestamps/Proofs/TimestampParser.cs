namespace Hallmark.Anchors.OpenTimestamps.Proofs;

/// <summary>Reads a tree with a stack of its own, so that no input can exhaust the thread's, and with a bound on what recomputing may cost.</summary>
internal static class TimestampParser
{
    // Bytes of messages that one proof may make us hold. A real one has some kilobytes; a file that forks wide at 4096-byte messages would have gigabytes.
    private const int MaxTotalMessageBytes = 16 * 1024 * 1024;
    private const byte ForkMarker = 0xFF;
    private const byte AttestationMarker = 0x00;

    public static Timestamp Read(ref OtsReader reader, byte[] message)
    {
        var open = new Stack<OpenNode>([new OpenNode(Operation: null, message)]);
        var messageBytes = (long)message.Length;
        while (true)
        {
            var node = open.Peek();
            if (node.HasLastEntry)
            {
                open.Pop();
                var timestamp = Timestamp.FromEntries(node.Message, node.Attestations, node.Branches);
                if (node.Operation is null)
                {
                    return timestamp;
                }

                open.Peek().Branches.Add(new TimestampBranch(node.Operation, timestamp));
                continue;
            }

            var start = reader.Offset;
            var marker = reader.ReadByte();
            node.HasLastEntry = marker != ForkMarker;
            if (!node.HasLastEntry)
            {
                start = reader.Offset;
                marker = reader.ReadByte();
            }

            if (marker == AttestationMarker)
            {
                node.Attestations.Add(TimeAttestation.Read(ref reader));
                continue;
            }

            var operation = ReadOperation(ref reader, marker, start);
            if (!operation.TryApply(node.Message, out var result))
            {
                throw new OtsRejectedException(OtsFault.MessageOutOfBounds, start);
            }

            if (open.Count == Timestamp.MaxLevels)
            {
                throw new OtsRejectedException(OtsFault.TooDeep, start);
            }

            messageBytes += result.Length;
            if (messageBytes > MaxTotalMessageBytes)
            {
                throw new OtsRejectedException(OtsFault.TooLarge, start);
            }

            open.Push(new OpenNode(operation, result));
        }
    }

    private static TimestampOperation ReadOperation(ref OtsReader reader, byte marker, int start)
    {
        var kind = (TimestampOperationKind)marker;
        if (!TimestampOperation.IsKnown(kind))
        {
            throw new OtsRejectedException(marker == ForkMarker ? OtsFault.ForkAfterFork : OtsFault.UnknownOperation, start);
        }

        return TimestampOperation.TakesArgument(kind)
            ? TimestampOperation.WithArgument(kind, reader.ReadVarBytes(minLength: 1, TimestampOperation.MaxMessageLength))
            : TimestampOperation.WithoutArgument(kind);
    }

    private sealed record OpenNode(TimestampOperation? Operation, byte[] Message)
    {
        public List<TimeAttestation> Attestations { get; } = [];

        public List<TimestampBranch> Branches { get; } = [];

        public bool HasLastEntry { get; set; }
    }
}
