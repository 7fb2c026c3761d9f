using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using Hallmark.Testing;
using Microsoft.AspNetCore.Http;

namespace Hallmark.Anchors.Tests.TimeStampAuthority;

/// <summary>A real time-stamp authority: <c>openssl ts</c> with a root, an intermediate and a signer of its own, made in a temporary folder.</summary>
public sealed class OpenSslAuthority : IDisposable
{
    private const string SignerUse =
        "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n";
    private const string IssuerUse = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n";
    private readonly TemporaryFolder _folder = new();

    public OpenSslAuthority()
    {
        if (PeerFactAttribute.FindProgram("openssl") is null)
        {
            return; // the tests that need it are skipped
        }

        Run(
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            "root.key",
            "-out",
            "root.pem",
            "-days",
            "3650",
            "-subj",
            "/CN=Test root"
        );
        Certify("issuer", "root", IssuerUse, "ec");
        Certify("signer", "issuer", SignerUse, "ec");
        Certify("rsa", "root", SignerUse, "rsa");
        File.WriteAllText(_folder.File("chain.pem"), File.ReadAllText(Path("issuer.pem")) + File.ReadAllText(Path("root.pem")));
        File.WriteAllText(_folder.File("serial"), "0A17");
        foreach (var signer in new[] { "signer", "rsa" })
        {
            File.WriteAllText(
                _folder.File(signer + ".cnf"),
                $"""
                [tsa]
                default_tsa = authority
                [authority]
                dir = {_folder.Path}
                serial = $dir/serial
                signer_cert = $dir/{signer}.pem
                certs = $dir/chain.pem
                signer_key = $dir/{signer}.key
                signer_digest = sha256
                default_policy = 1.2.3.4.1
                other_policies = 1.2.3.4.5
                digests = sha256, sha512
                accuracy = secs:1, millisecs:500
                ordering = no
                tsa_name = yes
                ess_cert_id_chain = no
                ess_cert_id_alg = sha256
                """
            );
        }
    }

    public X509Certificate2 Root => X509Certificate2.CreateFromPemFile(Path("root.pem"), Path("root.key"));

    public string RootFile => Path("root.pem");

    public void Dispose() => _folder.Dispose();

    /// <summary>Answers a query, as a whole TimeStampResp.</summary>
    public byte[] Reply(byte[] query, string signer = "signer")
    {
        lock (_folder)
        {
            File.WriteAllBytes(Path("query.tsq"), query);
            Run("ts", "-reply", "-config", signer + ".cnf", "-queryfile", "query.tsq", "-out", "reply.tsr");
            return File.ReadAllBytes(Path("reply.tsr"));
        }
    }

    /// <summary>A query and its token that this program had no part in.</summary>
    public (byte[] Query, byte[] Token) StampAlone(byte[] content)
    {
        lock (_folder)
        {
            File.WriteAllBytes(Path("content"), content);
            Run("ts", "-query", "-data", "content", "-sha256", "-cert", "-out", "alone.tsq");
            Run("ts", "-reply", "-config", "signer.cnf", "-queryfile", "alone.tsq", "-token_out", "-out", "alone.token");
            return (File.ReadAllBytes(Path("alone.tsq")), File.ReadAllBytes(Path("alone.token")));
        }
    }

    /// <summary>Whether <c>openssl ts -verify</c> takes a token for the answer to a query.</summary>
    public bool Verifies(byte[] query, byte[] token)
    {
        lock (_folder)
        {
            File.WriteAllBytes(Path("judged.tsq"), query);
            File.WriteAllBytes(Path("judged.token"), token);
            return Start("ts", "-verify", "-queryfile", "judged.tsq", "-in", "judged.token", "-token_in", "-CAfile", "root.pem").Code == 0;
        }
    }

    /// <summary>A query for another hash algorithm.</summary>
    public byte[] QuerySha1(byte[] content)
    {
        File.WriteAllBytes(Path("content"), content);
        Run("ts", "-query", "-data", "content", "-sha1", "-cert", "-out", "sha1.tsq");
        return File.ReadAllBytes(Path("sha1.tsq"));
    }

    /// <summary>Serves the authority over HTTP, as authorities do.</summary>
    public Task<LoopbackServer> ServeAsync(string signer = "signer") =>
        LoopbackServer.StartAsync(async context =>
        {
            if (context.Request.Method != "POST" || context.Request.ContentType != "application/timestamp-query")
            {
                context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                return;
            }

            using var query = new MemoryStream();
            await context.Request.Body.CopyToAsync(query);
            context.Response.ContentType = "application/timestamp-reply";
            await context.Response.Body.WriteAsync(Reply(query.ToArray(), signer));
        });

    private void Certify(string name, string issuer, string extensions, string kind)
    {
        File.WriteAllText(_folder.File(name + ".ext"), extensions);
        string[] key = kind == "rsa" ? ["-newkey", "rsa:2048"] : ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
        Run(["req", "-new", .. key, "-nodes", "-keyout", name + ".key", "-out", name + ".csr", "-subj", "/CN=Test " + name]);
        Run(
            "x509",
            "-req",
            "-in",
            name + ".csr",
            "-CA",
            issuer + ".pem",
            "-CAkey",
            issuer + ".key",
            "-CAcreateserial",
            "-days",
            "3000",
            "-sha256",
            "-extfile",
            name + ".ext",
            "-out",
            name + ".pem"
        );
    }

    private string Path(string name) => System.IO.Path.Combine(_folder.Path, name);

    private void Run(params string[] arguments)
    {
        var (code, error) = Start(arguments);
        Assert.True(code == 0, $"openssl {string.Join(' ', arguments)}: {error}");
    }

    private (int Code, string Error) Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("openssl", arguments)
        {
            WorkingDirectory = _folder.Path,
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        _ = output.GetAwaiter().GetResult();
        return (process.ExitCode, error);
    }
}
