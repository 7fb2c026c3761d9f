using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hallmark.Anchors.TimeStampAuthority;
using Hallmark.Core.Anchoring;
using Hallmark.Core.Digests;
using Hallmark.Evidence.Bodies;
using Hallmark.Evidence.Verification;
using Hallmark.Testing;

namespace Hallmark.Evidence.Tests;

/// <summary>docs/verify-by-hand.md, its part about bundles: a bundle is exported and the commands are run as they stand there.</summary>
public sealed partial class BundleByHandTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private BundleScene _scene = null!; // ! made before each test

    public async Task InitializeAsync() => _scene = await BundleScene.CreateAsync();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [PeerFact("jq", "xxd", "openssl", "bash", "node")]
    public async Task A_stranger_checks_a_bundle_with_standard_tools_alone()
    {
        var body = await _scene.ComposeAsync();
        await File.WriteAllBytesAsync(_folder.File("bundle.json"), await BundleScene.SealAsync(body));

        var seal = (await StepAsync("seal")).Split('\n');
        Assert.Equal(64, seal[0].Length);
        Assert.Equal(seal[0], seal[1]);
        Assert.Equal("Signature Verified Successfully", seal[2]);

        await StepAsync("event");
        var hashes = (await StepAsync("record")).Split('\n');
        Assert.Equal(hashes[0], hashes[1]);
        Assert.Equal("Signature Verified Successfully\n", await StepAsync("signature"));
        Assert.Equal(BundleScene.Key.PublicKey.Hex + "\n", await StepAsync("key"));

        await StepAsync("proof");
        var (code, said) = await RunAsync("node", Tool("verify-tlog-proof.mjs"), "entry.tlog-proof", "entry.bin", body.VerifierKey);
        Assert.True(code == 0, said);
        Assert.StartsWith("entry 7 is in the log ledger.example/tests, in the tree of 8 entries", said, StringComparison.Ordinal);

        var digests = (await StepAsync("digests")).Split('\n');
        Assert.Contains("notary checkpoint sha256:" + digests[0], digests);
        Assert.Equal(Digest.Compute(DigestAlgorithm.Sha256, body.Entries[^1].Envelope.Span).Hex, digests[1]);
    }

    [PeerFact("node")]
    public async Task The_script_proves_a_whole_bundle_and_no_changed_one()
    {
        var bundle = await BundleScene.SealAsync(await _scene.ComposeAsync());
        Assert.Equal(0, await ScriptAsync(bundle));
        Assert.Equal(0, await ScriptAsync(bundle, BundleScene.Key.PublicKey.Hex));
        Assert.Equal(1, await ScriptAsync(bundle, Notary.Key.PublicKey.Hex));
        Assert.Equal(0, await ScriptAsync(await BundleScene.SealAsync(await _scene.ComposeAsync(hasOnlyHashes: true))));

        var random = new Random(20260303);
        for (var i = 0; i < 12; i++)
        {
            var flipped = (byte[])bundle.Clone();
            flipped[random.Next(bundle.Length)] ^= (byte)(1 << random.Next(8));
            Assert.Equal(1, await ScriptAsync(flipped));
        }
    }

    [PeerFact("node")]
    public async Task Under_a_new_seal_the_script_finds_each_changed_part()
    {
        var body = await _scene.ComposeAsync();
        var other = body.Entries[0];
        BundleBody[] changed =
        [
            body with
            {
                Entries = [other with { Record = "{}"u8.ToArray() }, .. body.Entries[1..]],
            },
            body with
            {
                Entries = [other with { Inclusion = body.Entries[1].Inclusion }, .. body.Entries[1..]],
            },
            body with
            {
                Entries = [other with { Inclusion = other.Inclusion with { Path = other.Inclusion.Path[1..] } }, .. body.Entries[1..]],
            },
            body with
            {
                Checkpoints =
                [
                    body.Checkpoints[1] with
                    {
                        FromPrevious = null,
                    },
                    body.Checkpoints[0] with
                    {
                        FromPrevious = body.Checkpoints[1].FromPrevious,
                    },
                ],
            },
            body with
            {
                Checkpoints =
                [
                    body.Checkpoints[0],
                    body.Checkpoints[1] with
                    {
                        FromPrevious = body.Checkpoints[1].FromPrevious! with
                        {
                            Path = [.. body.Checkpoints[1].FromPrevious!.Path.Reverse()],
                        },
                    },
                ],
            },
            body with
            {
                Origin = "another",
            },
            body with
            {
                EventId = BundleScene.EventId(1000),
            },
            body with
            {
                Receipts = [Notary.Receipt(AnchorTarget.Checkpoint, "another"u8.ToArray(), 8)],
            },
        ];
        foreach (var (bundle, i) in changed.Select((bundle, i) => (bundle, i)))
        {
            Assert.True(await ScriptAsync(await BundleScene.SealAsync(bundle)) == 1, $"change {i}");
        }
    }

    [PeerFact("openssl", "jq", "bash")]
    public async Task A_time_stamp_in_a_bundle_holds_for_openssl_and_for_us_and_for_the_root_that_the_reader_names_only()
    {
        var body = await _scene.ComposeAsync();
        var note = body.Checkpoints[^1].Note.ToArray();
        await File.WriteAllBytesAsync(_folder.File("note.txt"), note);
        await MakeAuthorityAsync("root");
        await MakeAuthorityAsync("stranger");
        await BashAsync(
            """
            openssl ts -query -data note.txt -sha256 -cert -out request.tsq
            openssl ts -reply -config ts.cnf -section tsa -queryfile request.tsq -signer root.tsa.pem -inkey root.tsa.key -chain root.pem -token_out -out token.tst
            """
        );
        var receipt = new AnchorReceipt
        {
            Anchor = "our-tsa",
            World = "rfc3161",
            Network = "tests",
            Target = AnchorTarget.Checkpoint,
            Digest = Digest.Compute(DigestAlgorithm.Sha256, note),
            TreeSize = 8,
            State = ReceiptState.Final,
            PreparedAt = TimeProvider.System.GetUtcNow(),
            Reference = "02",
            Proof = new JsonObject
            {
                ["request"] = Convert.ToBase64String(await File.ReadAllBytesAsync(_folder.File("request.tsq"))),
                ["token"] = Convert.ToBase64String(await File.ReadAllBytesAsync(_folder.File("token.tst"))),
            },
        };
        var bundle = await BundleScene.SealAsync(body with { Receipts = [receipt] });
        await File.WriteAllBytesAsync(_folder.File("bundle.json"), bundle);

        Assert.Contains("Verification: OK", await StepAsync("timestamp"), StringComparison.Ordinal);
        var ours = await AskAsync(bundle, "root.pem");
        Assert.True(ours.Holds, string.Join("; ", ours.Checks.Select(check => $"{check.Name} {check.Outcome} {check.Detail}")));
        Assert.False((await AskAsync(bundle, "stranger.pem")).Holds);
        File.Copy(_folder.File("stranger.pem"), _folder.File("root.pem"), overwrite: true);
        await Assert.ThrowsAsync<InvalidOperationException>(() => StepAsync("timestamp"));
    }

    [Fact]
    public void The_page_shows_the_script_that_is_tested_and_the_script_has_no_more_than_60_lines()
    {
        var script = File.ReadAllText(Tool("verify-bundle.mjs"));

        Assert.Contains("```js\n" + script + "```\n", Page(), StringComparison.Ordinal);
        Assert.Contains("```js\n" + File.ReadAllText(Tool("follow-keys.mjs")) + "```\n", Page(), StringComparison.Ordinal);
        var code = script
            .Split('\n')
            .Where(line => line.Trim() is { Length: > 0 } text && !text.StartsWith("//", StringComparison.Ordinal))
            .ToList();
        Assert.InRange(code.Count, 40, 60);
        Assert.InRange(script.Count(character => character == '\n'), code.Count, 60);
        Assert.All(code, line => Assert.InRange(line.Length, 1, 200));
    }

    private async Task<Witness> AskAsync(byte[] bundle, string root)
    {
        var trust = new TimeStampTrust { Roots = TimeStampRoots.Read(_folder.File(root)) };
        var verifiers = new ReceiptVerifiers([new TimeStampReceiptVerifier(trust, TimeProvider.System)]);
        return Assert.Single((await BundleScene.VerifyAsync(bundle, new BundleTrust { Receipts = verifiers })).Verdict.Witnesses);
    }

    private async Task<int> ScriptAsync(byte[] bundle, params string[] signer)
    {
        await File.WriteAllBytesAsync(_folder.File("bundle.json"), bundle);
        var (code, said) = await RunAsync("node", [Tool("verify-bundle.mjs"), "bundle.json", .. signer]);
        Assert.Equal(code == 1, said.StartsWith("NOT PROVEN", StringComparison.Ordinal));
        return code;
    }

    private async Task MakeAuthorityAsync(string name)
    {
        await File.WriteAllTextAsync(
            _folder.File("ts.cnf"),
            """
            [tsa]
            dir = .
            serial = ./serial
            crypto_device = builtin
            signer_digest = sha256
            default_policy = 1.2.3.4.1
            digests = sha256
            accuracy = secs:1
            ordering = no
            tsa_name = yes
            ess_cert_id_chain = no
            ess_cert_id_alg = sha256
            [ext]
            extendedKeyUsage = critical,timeStamping
            basicConstraints = CA:FALSE
            """
        );
        await BashAsync(
            $"""
            echo 01 > serial
            openssl req -x509 -newkey rsa:2048 -nodes -keyout {name}.key -out {name}.pem -days 30 -subj /CN={name}
            openssl req -newkey rsa:2048 -nodes -keyout {name}.tsa.key -out {name}.csr -subj /CN={name}-tsa
            openssl x509 -req -in {name}.csr -CA {name}.pem -CAkey {name}.key -CAcreateserial -out {name}.tsa.pem -days 30 -extfile ts.cnf -extensions ext
            """
        );
    }

    private static string Tool(string name) => Path.Combine(ProjectFiles.Root, "tools", name);

    private static string Page() => File.ReadAllText(Path.Combine(ProjectFiles.Root, "docs/verify-by-hand.md"));

    private Task<string> StepAsync(string step) =>
        BashAsync(Step().Matches(Page()).Single(match => match.Groups["step"].Value == step).Groups["commands"].Value);

    private async Task<string> BashAsync(string commands)
    {
        var (code, said) = await RunAsync("bash", "-euo", "pipefail", "-c", commands);
        return code == 0 ? said : throw new InvalidOperationException($"exit {code}: {said}");
    }

    private async Task<(int Code, string Said)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!; // ! it is a program that was found
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, process.ExitCode == 0 ? output : output + await errors);
    }

    [GeneratedRegex(
        "```sh (?<step>[a-z]+)\n(?<commands>.*?)```",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 60_000
    )]
    private static partial Regex Step();
}
