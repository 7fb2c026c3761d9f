using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hallmark.Core.Failures;
using Hallmark.Files;

namespace Hallmark.Home.Settings;

/// <summary>Changes <c>hallmark.json</c>: the result is read as strictly as ever before it takes the old file's place, in one step. Everything else in the file stays.</summary>
public static class SettingsEditor
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private const UnixFileMode AsTheUmaskSays = (UnixFileMode)0b110_110_110;

    /// <summary>Adds an anchor.</summary>
    /// <param name="home">The home; its folder is made where it is missing.</param>
    /// <param name="anchor">The anchor as it will stand in the file.</param>
    /// <returns>The settings with the anchor.</returns>
    /// <exception cref="SettingsException">The file has faults, or would have with this anchor; nothing was changed.</exception>
    /// <exception cref="UnavailableException">The file cannot be written, or another process has been changing it for long.</exception>
    public static HallmarkSettings AddAnchor(HomeFolder home, JsonObject anchor)
    {
        ArgumentNullException.ThrowIfNull(home);
        ArgumentNullException.ThrowIfNull(anchor);
        _ = With(home, anchor); // refused before anything is made
        home.Create();

        // From reading to replacing: of two who add at once, the second one adds to what the first one wrote.
        using var turn = SettingsTurn.Take(home);
        var (settings, text) = With(home, anchor);
        Replace(home.SettingsFile, text);
        return settings;
    }

    /// <summary>Makes an empty settings file where there is none.</summary>
    /// <param name="home">The home; its folder exists.</param>
    /// <exception cref="UnavailableException">The file cannot be written.</exception>
    public static void CreateWhereMissing(HomeFolder home)
    {
        ArgumentNullException.ThrowIfNull(home);
        try
        {
            _ = NewFile.TryCreate(home.SettingsFile, "{\n}\n"u8, AsTheUmaskSays);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(home.SettingsFile, fault);
        }
    }

    private static (HallmarkSettings Settings, byte[] Text) With(HomeFolder home, JsonObject anchor)
    {
        var root = SettingsReader.ReadBytes(home) is { } bytes ? SettingsReader.ParseObject(bytes, home.SettingsFile) : [];
        _ = SettingsReader.Read(home);
        if (root["anchors"] is not JsonArray anchors)
        {
            root["anchors"] = anchors = [];
        }

        anchors.Add((JsonNode)anchor.DeepClone());
        var text = Encoding.UTF8.GetBytes(root.ToJsonString(Indented) + "\n");
        return (SettingsReader.Parse(text, home.SettingsFile), text);
    }

    private static void Replace(string named, byte[] text)
    {
        // Settings that are kept elsewhere and linked here stay there: the link is not what is replaced.
        var path = RealPath.Of(named) ?? named;
        try
        {
            ReplacedFile.Write(path, text);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, fault);
        }
    }

    private static UnavailableException Unwritable(string path, Exception fault) =>
        new($"cannot write {path}: {fault.Message}", fault, "see that you may write the home folder");
}
