using System.Security.Cryptography;
using System.Text;
using Hallmark.Core.Failures;
using Hallmark.Files;

namespace Hallmark.Inference.Agent;

/// <summary>The secret that a question to the agent must carry (mlflow-events.md §14.1). Kept as its hash: comparing takes the same time for every text.</summary>
public sealed class ManagementSecret
{
    /// <summary>The variable that names the secret in the file's stead.</summary>
    public const string Variable = "ARIO_AGENT_MANAGEMENT_SECRET";

    /// <summary>The file's name in the state folder.</summary>
    public const string FileName = "management-secret";

    private const int ShortestLength = 16;
    private const int MaxSizeInBytes = 4_096;
    private readonly byte[] _hash;

    private ManagementSecret(string secret) => _hash = SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>The secret of the environment; else that of the state folder, which is made where it is missing.</summary>
    /// <param name="folder">The state folder.</param>
    /// <param name="fromEnvironment">The value of <see cref="Variable"/>, or null.</param>
    /// <exception cref="BadInputException">It is too short, no header could carry it, or its file can be read by others.</exception>
    public static ManagementSecret Open(AgentFolder folder, string? fromEnvironment)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (fromEnvironment is { Length: > 0 })
        {
            return Checked(fromEnvironment, Variable);
        }

        var path = Path.Combine(folder.Path, FileName);
        if (!NewFile.IsTaken(path))
        {
            var made = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) + "\n");
            _ = NewFile.TryCreate(path, made, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            CryptographicOperations.ZeroMemory(made);
        }

        return Checked(Read(path), path);
    }

    /// <summary>Whether a text is the secret.</summary>
    public bool Is(string? text) =>
        text is not null && CryptographicOperations.FixedTimeEquals(_hash, SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static string Read(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null || !file.Exists || file.Length > MaxSizeInBytes)
        {
            throw new BadInputException($"{path} is not a file with a secret in it", "remove it; the agent makes a new one");
        }

        if (
            !OperatingSystem.IsWindows() && (file.UnixFileMode & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) is not UnixFileMode.None
        )
        {
            throw new BadInputException(
                $"{path} can be read by others than its owner",
                $"chmod 600 {path}",
                "and make a new one: remove it"
            );
        }

        return File.ReadAllText(path);
    }

    private static ManagementSecret Checked(string text, string place)
    {
        var secret = text.Trim();
        return secret.Length >= ShortestLength && secret.All(c => c is >= ' ' and <= '~')
            ? new ManagementSecret(secret)
            : throw new BadInputException($"the secret of {place} is not {ShortestLength} or more printable ASCII characters");
    }
}
