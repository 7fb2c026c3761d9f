using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Hallmark.Core.Checkpoints;
using Hallmark.Core.Merkle;
using Hallmark.Core.Notes;
using Hallmark.Testing;

namespace Hallmark.Core.Tests.Notes;

/// <summary>
/// testdata/tlog/witness-transcript.json: what a deployed witness was asked and said. Our notes, checkpoints and consistency proofs must come to the status that the
/// protocol asks for at each step, and the cosignatures that it gave must verify. The protocol itself, over HTTP, belongs to a later issue.
/// </summary>
public sealed class WitnessTranscriptTests
{
    private static readonly JsonElement Transcript = JsonDocument
        .Parse(File.ReadAllBytes(ProjectFiles.TestData("tlog/witness-transcript.json")))
        .RootElement;
    private readonly NoteVerifierKey _log = NoteVerifierKey.Parse(Transcript.GetProperty("logVkey").GetString()!);
    private readonly NoteVerifierKey _witness = NoteVerifierKey.Parse(Transcript.GetProperty("witnessVkey").GetString()!);
    private Checkpoint? _recorded;

    [Fact]
    public void Every_request_is_judged_as_the_protocol_asks_and_every_cosignature_verifies()
    {
        var cosigned = 0;
        foreach (var exchange in Transcript.GetProperty("exchanges").EnumerateArray())
        {
            var id = exchange.GetProperty("id").GetString()!;
            var (status, note) = Judge(exchange.GetProperty("request").GetString()!);
            Assert.True(status == exchange.GetProperty("specStatus").GetInt32(), $"{id}: {status}");
            if (exchange.GetProperty("witnessStatus").GetInt32() != 200)
            {
                continue;
            }

            var text = Encoding.UTF8.GetString(note!.Text.Span);
            var answered = SignedNote.Parse(Encoding.UTF8.GetBytes(text + "\n" + exchange.GetProperty("witnessResponse").GetString()));
            Assert.Equal([_witness], answered.Verify(_witness).VerifiedKeys.ToArray());
            var elsewhere = SignedNote.Parse(
                Encoding.UTF8.GetBytes(
                    text.Replace("/models", "/modelz", StringComparison.Ordinal)
                        + "\n"
                        + exchange.GetProperty("witnessResponse").GetString()
                )
            );
            Assert.False(elsewhere.Verify(_witness).IsVerified);
            cosigned++;
        }

        Assert.True(cosigned > 3);
    }

    private (int Status, SignedNote? Note) Judge(string request)
    {
        if (!TryRead(request, out var oldSize, out var path, out var note, out var checkpoint) || oldSize > checkpoint.Size)
        {
            return (400, null);
        }

        if (checkpoint.Origin != _log.Name)
        {
            return (404, null);
        }

        if (!note.Verify(_log).IsVerified)
        {
            return (403, null);
        }

        if (oldSize != (_recorded?.Size ?? 0))
        {
            return (409, null);
        }

        if (!IsConsistent(oldSize, path, checkpoint))
        {
            return (422, null);
        }

        _recorded = checkpoint;
        return (200, note);
    }

    private bool IsConsistent(long oldSize, ImmutableArray<TreeHash> path, Checkpoint checkpoint) =>
        oldSize == 0
            ? path.IsEmpty && (checkpoint.Size > 0 || checkpoint.Root == TreeHash.OfEmptyTree)
            : new ConsistencyProof((ulong)oldSize, (ulong)checkpoint.Size, path).Verifies(_recorded!.Root, checkpoint.Root); // an old size above 0 is the recorded one's

    private static bool TryRead(
        string request,
        out long oldSize,
        out ImmutableArray<TreeHash> path,
        out SignedNote note,
        out Checkpoint checkpoint
    )
    {
        (oldSize, path, note, checkpoint) = (0, [], null!, null!);
        var end = request.IndexOf("\n\n", StringComparison.Ordinal);
        var lines = end < 0 ? [] : request[..end].Split('\n');
        if (
            lines.Length is < 1 or > 64
            || !lines[0].StartsWith("old ", StringComparison.Ordinal)
            || !long.TryParse(lines[0].AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out oldSize)
            || lines[0] != $"old {oldSize}"
        )
        {
            return false;
        }

        var hashes = lines.Skip(1).Select(line => TreeHash.TryParseBase64(line, out var hash) ? hash : (TreeHash?)null).ToList();
        if (hashes.Contains(null))
        {
            return false;
        }

        try
        {
            path = [.. hashes.OfType<TreeHash>()];
            note = SignedNote.Parse(Encoding.UTF8.GetBytes(request[(end + 2)..]));
            checkpoint = Checkpoint.Parse(note.Text.Span);
            return true;
        }
        catch (NoteFormatException)
        {
            return false;
        }
    }
}
