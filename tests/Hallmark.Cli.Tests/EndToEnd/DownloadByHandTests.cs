using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Hallmark.Anchors.Tests.Arweave;
using Hallmark.Cli.Tests.Commands;
using Hallmark.Mlflow.Testing.Fixture;
using Hallmark.Testing;

namespace Hallmark.Cli.Tests.EndToEnd;

/// <summary>The commands that fetch files, from docs/verify-by-hand.md and from an event's own page, run as they are printed: an MLflow server's artifacts, and the item at a gateway.</summary>
public sealed partial class DownloadByHandTests : IAsyncLifetime, IDisposable
{
    private const string Gateway = "turbo-gateway.com";
    private readonly CommandScene _scene = new();
    private FixtureMlflowServer _mlflow = null!; // set by InitializeAsync
    private TurboServer _turbo = null!; // set by InitializeAsync
    private string _run = "";

    public async Task InitializeAsync()
    {
        _mlflow = await FixtureMlflowServer.StartAsync("3.6");
        _turbo = await TurboServer.StartAsync(_scene.Clock);
        _run = (string)JsonNode.Parse(await File.ReadAllTextAsync(ProjectFiles.TestData("mlflow/3.6/sqlite/ids.json")))!["runs"]!["tuned"]!;
        _scene.Environment["MLFLOW_TRACKING_URI"] = _mlflow.Address;
        await _scene.ExpectAsync(
            0,
            "anchors",
            "add",
            "arweave",
            "arweave",
            "anchors=envelope",
            $"upload={_turbo.Address}",
            $"gateways={_turbo.Address}",
            "bundlers=" + TurboServer.BundlerAddress
        );
        await _scene.ExpectAsync(0, "anchor", "run", _run, "--wait");
    }

    public async Task DisposeAsync()
    {
        await _mlflow.DisposeAsync();
        await _turbo.DisposeAsync();
    }

    public void Dispose() => _scene.Dispose();

    [PeerFact("curl", "jq", "xxd", "openssl", "bash")]
    public async Task The_guides_commands_fetch_record_and_envelope_from_an_mlflow_server_and_the_rest_checks_them()
    {
        var guide = await File.ReadAllTextAsync(Path.Combine(ProjectFiles.Root, "docs/verify-by-hand.md"));
        string StepOf(string name) => Step().Matches(guide).Single(match => match.Groups["step"].Value == name).Groups["commands"].Value;

        await ShellAsync(StepOf("server"), 0, ("RUN", _run));
        var hashes = (await ShellAsync(StepOf("record"), 0)).Split('\n');
        Assert.Equal((64, hashes[0]), (hashes[0].Length, hashes[1]));
        Assert.Equal("Signature Verified Successfully\n", await ShellAsync(StepOf("signature"), 0));
        await ShellAsync(StepOf("server"), 22, ("RUN", "00000000000000000000000000000000"));
    }

    [PeerFact("curl", "jq", "xxd", "openssl", "bash")]
    public async Task The_pages_commands_fetch_the_same_files_and_compare_them_with_the_item_at_the_gateway()
    {
        await ShellAsync($"curl -fsS '{_mlflow.Address}/get-artifact?run_uuid={_run}&path=ario/verification.html' -o verification.html", 0);
        var page = await File.ReadAllTextAsync(_scene.Folder.File("verification.html"));
        var commands = Command().Matches(page).Select(match => WebUtility.HtmlDecode(match.Groups["command"].Value).Trim()).ToList();
        string CommandWith(string part) => commands.Single(command => command.Contains(part, StringComparison.Ordinal));

        await ShellAsync(CommandWith("get-artifact"), 0);
        var hashes = (await ShellAsync(CommandWith("jq -r .payload_hash"), 0)).Split('\n');
        Assert.Equal((64, hashes[0]), (hashes[0].Length, hashes[1]));
        Assert.Equal("Signature Verified Successfully\n", await ShellAsync(CommandWith("openssl pkeyutl"), 0));

        var compare = CommandWith("| cmp - ");
        var transaction = new Uri(Address().Match(compare).Value).AbsolutePath[1..];
        var item = Hallmark.Anchors.Arweave.DataItems.DataItem.Parse(_turbo.Items[transaction]);
        var served = item.Data.ToArray();
        using var certificate = Certify();
        await using var gateway = await LoopbackServer.StartAsync(
            context => context.Response.Body.WriteAsync(served).AsTask(),
            certificate
        );
        await File.WriteAllTextAsync(_scene.Folder.File("ca.pem"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(
            _scene.Folder.File(".curlrc"),
            $"connect-to = \"{Gateway}:443:{new Uri(gateway.Address).Authority}\"\ncacert = \"{_scene.Folder.File("ca.pem")}\"\n"
        );
        Assert.Equal("", await ShellAsync(compare, 0));
        Assert.Equal("/" + transaction, Assert.Single(gateway.Asked).Target);

        // One letter of the envelope at the gateway is another one.
        served = System.Text.Encoding.UTF8.GetBytes(
            System.Text.Encoding.UTF8.GetString(served).Replace("training_complete", "training_complété", StringComparison.Ordinal)
        );
        Assert.Contains("differ", await ShellAsync(compare, 1), StringComparison.Ordinal);
    }

    private async Task<string> ShellAsync(string commands, int code, params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", commands])
        {
            UseShellExecute = false,
            WorkingDirectory = _scene.Folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        start.Environment["MLFLOW_TRACKING_URI"] = _mlflow.Address;
        start.Environment["CURL_HOME"] = _scene.Folder.Path;
        using var bash = Process.Start(start)!; // ! it is a program that was found
        var errors = bash.StandardError.ReadToEndAsync();
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        Assert.True(bash.ExitCode == code, $"{commands}\n{bash.ExitCode}: {output}{await errors}");
        return output;
    }

    private static X509Certificate2 Certify()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + Gateway, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Gateway);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var selfSigned = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(selfSigned.Export(X509ContentType.Pkcs12), password: null);
    }

    [GeneratedRegex(
        "```sh (?<step>[a-z]+)\n(?<commands>.*?)```",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 60_000
    )]
    private static partial Regex Step();

    [GeneratedRegex(
        "<pre[^>]*>(<code[^>]*>)?(?<command>.*?)(</code>)?</pre>",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 60_000
    )]
    private static partial Regex Command();

    [GeneratedRegex("https://[^ ]+", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Address();
}
