using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;

namespace Hallmark.Bench.Receipts;

/// <summary><c>openssl ts</c> as a time-stamp authority: a root, and a signer under it, with P-256 keys, made in a temporary folder.</summary>
internal sealed class OpenSslAuthority : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hallmark-bench-").FullName;

    public OpenSslAuthority()
    {
        string[] key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        Run(["req", "-x509", .. key, "-keyout", "root.key", "-out", "root.pem", "-days", "3650", "-subj", "/CN=Bench root"]);
        Run(["req", "-new", .. key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Bench time-stamp authority"]);
        Write(
            "tsa.ext",
            "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n"
        );
        string[] issuer = ["-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial"];
        Run(["x509", "-req", "-in", "tsa.csr", .. issuer, "-days", "3000", "-sha256", "-extfile", "tsa.ext", "-out", "tsa.pem"]);
        Write("serial", "0A17");
        Write(
            "tsa.cnf",
            """
            [tsa]
            default_tsa = authority
            [authority]
            serial = serial
            signer_cert = tsa.pem
            certs = root.pem
            signer_key = tsa.key
            signer_digest = sha256
            default_policy = 1.2.3.4.1
            digests = sha256
            accuracy = secs:1
            ess_cert_id_alg = sha256
            """
        );
    }

    /// <summary>The root's certificate.</summary>
    public X509Certificate2 Root => X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_folder, "root.pem"));

    /// <summary>Answers a query, as a whole TimeStampResp.</summary>
    public byte[] Reply(byte[] query)
    {
        File.WriteAllBytes(Path.Combine(_folder, "query.tsq"), query);
        Run(["ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "reply.tsr"]);
        return File.ReadAllBytes(Path.Combine(_folder, "reply.tsr"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text);

    private void Run(string[] arguments)
    {
        var start = new ProcessStartInfo("openssl", arguments)
        {
            WorkingDirectory = _folder,
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!; // ! a process that is not run by the shell
        var said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"openssl {string.Join(' ', arguments)}: {said}");
        }
    }
}
