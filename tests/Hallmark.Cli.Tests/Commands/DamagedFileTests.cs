using System.Text;
using System.Text.Json.Nodes;
using Hallmark.Core.Json;
using Hallmark.Testing;

namespace Hallmark.Cli.Tests.Commands;

/// <summary>A file of ours that was damaged is a failed verification, with the file, the place and the part; a file that never was one is bad input. Every bit: <c>Hallmark.Evidence.Tests.Flips</c>.</summary>
public sealed class DamagedFileTests(AnchoredHome shared) : IClassFixture<AnchoredHome>
{
    private const int Bundle = 0;
    private const int Inclusion = 1;
    private const int Wrapper = 2;
    private const int Envelope = 3;
    private static int _files;

    [Theory]
    [InlineData(Bundle, "\"entries\":", '[', "body.entries", "damaged")]
    [InlineData(Bundle, "\"body_type\":", ':', "body", "damaged")]
    [InlineData(Inclusion, "\"leaf\":", '{', "leaf", "damaged")]
    [InlineData(Inclusion, "\"audit_path\"", 'u', "turned back, the bundle holds", "damaged")]
    [InlineData(Inclusion, "\"ario.agent.proof/v1\"", 'v', "turned back, the bundle holds", "damaged")]
    [InlineData(Wrapper, "\"issuer\":", '{', "issuer", "damaged")]
    [InlineData(Wrapper, "\"body_hash\"", 'h', "turned back, the bundle holds", "damaged")]
    [InlineData(Wrapper, "\"ario.evidence/v1\"", '/', "turned back, the bundle holds", "damaged")]
    [InlineData(Envelope, "\"subject\":", '{', "subject", "damaged")]
    public async Task One_flipped_bit_that_breaks_a_file_ends_in_1_and_names_the_file_the_byte_and_the_part(
        int kind,
        string near,
        char which,
        string part,
        string reason
    )
    {
        var bytes = await MakeAsync(kind);
        var at = Encoding.Latin1.GetString(bytes).IndexOf(near, StringComparison.Ordinal);
        at = Encoding.Latin1.GetString(bytes).IndexOf(which, at + (which == ':' ? near.Length - 1 : 1));
        bytes[at] ^= 1;
        using var elsewhere = new CommandScene();
        var file = elsewhere.Folder.File("damaged.json");
        await File.WriteAllBytesAsync(file, bytes);

        var said = await elsewhere.ExpectAsync(1, "verify", kind == Envelope ? "envelope" : "bundle", file);
        var json = await elsewhere.JsonAsync(1, "verify", kind == Envelope ? "envelope" : "bundle", file);

        Assert.Contains(file, said.Out, StringComparison.Ordinal);
        Assert.True(said.Out.Contains("byte ", StringComparison.Ordinal), said.Out);
        Assert.Contains(part, said.Out, StringComparison.Ordinal);
        var check = Assert.Single(json["checks"]!.AsArray())!;
        Assert.Equal(("form", reason), ((string)check["name"]!, (string)check["reason"]!));
        Assert.False(Directory.Exists(elsewhere.Home));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u0089PNG\r\n\u001a\n\0\0\0\rIHDR")]
    [InlineData("PK\u0003\u0004\u0014\0\0\0")]
    [InlineData("{\"hello\":")]
    [InlineData("{\"name\":\"x\",\"version\":\"1\"")]
    [InlineData("\0\0\0\0")]
    [InlineData("signature public_key payload_hash")]
    public async Task What_never_was_evidence_is_bad_input_for_every_command(string text)
    {
        using var elsewhere = new CommandScene();
        var file = elsewhere.Folder.File("other");
        await File.WriteAllBytesAsync(file, Encoding.Latin1.GetBytes(text));
        foreach (var what in new[] { "receipt", "envelope" })
        {
            await elsewhere.RefuseAsync(2, "verify", what, file);
        }

        await elsewhere.ExpectAsync(2, "verify", "bundle", file);
    }

    [Fact]
    public async Task Evidence_of_one_kind_handed_to_the_command_of_another_is_bad_input()
    {
        using var elsewhere = new CommandScene();
        var file = elsewhere.Folder.File("bundle.json");
        await File.WriteAllBytesAsync(file, (await MakeAsync(Bundle))[..^1]);
        await elsewhere.RefuseAsync(2, "verify", "receipt", file);
        await elsewhere.ExpectAsync(1, "verify", "bundle", file);
    }

    private async Task<byte[]> MakeAsync(int kind)
    {
        switch (kind)
        {
            case Bundle:
                var exported = shared.Scene.Folder.File($"damaged-{Interlocked.Increment(ref _files)}.json");
                await shared.Scene.ExpectAsync(0, "evidence", "export", CommandScene.TunedRun, "-o", exported);
                return await File.ReadAllBytesAsync(exported);
            case Envelope:
                return await File.ReadAllBytesAsync(Path.Combine(shared.Scene.RunFolder(), "artifacts", "ario", "proof.json"));
            default:
                var (list, id) = kind == Inclusion ? ("agent-proofs.json", "ok-0") : ("evidence-bundles.json", "trace/one-window");
                var cases = JsonNode.Parse(
                    await File.ReadAllTextAsync(ProjectFiles.TestData("ario/" + list)),
                    documentOptions: new() { MaxDepth = 1_000 }
                )!["cases"]!;
                return CanonicalJson.Canonicalize(cases.AsArray().Single(one => (string?)one!["id"] == id)!["bundle"]);
        }
    }
}
