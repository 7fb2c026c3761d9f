using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hallmark.Core.Failures;

namespace Hallmark.Anchors.TimeStampAuthority;

/// <summary>Reads the roots that a user trusts from a PEM file (RFC 7468).</summary>
public static class TimeStampRoots
{
    /// <summary>The longest file that is read, in bytes.</summary>
    public const int MaxSizeInBytes = 1 << 20;

    private const int MaxCertificates = 64;

    /// <summary>Reads all certificates of a file.</summary>
    /// <exception cref="BadInputException">There is no such file, it holds no certificate or more than 64, something in it is no certificate, or there is a private key in it.</exception>
    public static X509Certificate2Collection Read(string path)
    {
        var text = ReadText(path);
        if (text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new BadInputException($"{path} holds a private key; a file of roots holds certificates only");
        }

        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(text);
        }
        catch (CryptographicException fault)
        {
            throw new BadInputException($"{path} holds something that is no certificate", fault);
        }

        return roots.Count is > 0 and <= MaxCertificates
            ? roots
            : throw new BadInputException(
                $"{path} holds {roots.Count} certificates; 1 to {MaxCertificates} are expected",
                "give the root's certificate in PEM, -----BEGIN CERTIFICATE-----"
            );
    }

    private static string ReadText(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read);
            var bytes = new byte[MaxSizeInBytes + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= MaxSizeInBytes
                ? System.Text.Encoding.ASCII.GetString(bytes, 0, length)
                : throw new BadInputException($"{path} is larger than {MaxSizeInBytes} bytes, so it is no file of roots");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"the roots in {path} cannot be read: {fault.Message}", fault);
        }
    }
}
