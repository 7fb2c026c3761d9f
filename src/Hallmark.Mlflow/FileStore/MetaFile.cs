using System.Globalization;
using Hallmark.Mlflow.Artifacts;
using Hallmark.Mlflow.Stores;

namespace Hallmark.Mlflow.FileStore;

/// <summary>A <c>meta.yaml</c> (or <c>trace_info.yaml</c>) of the store, read by field.</summary>
internal sealed class MetaFile
{
    /// <summary>The usual name.</summary>
    public const string FileName = "meta.yaml";

    private const int MaxBytes = 20 << 20; // A dataset's profile may have 16 MiB.
    private readonly string _name;

    private MetaFile(string path, string name, YamlMap map)
    {
        Path = path;
        _name = name;
        Map = map;
    }

    /// <summary>Where it was read from.</summary>
    public string Path { get; }

    /// <summary>All of its fields.</summary>
    public YamlMap Map { get; }

    /// <summary>Reads a file, or gives null where there is none.</summary>
    /// <exception cref="MlflowFormatException">It is longer than 20 MiB, not UTF-8, or not the YAML that MLflow writes.</exception>
    public static MetaFile? Find(StoreFolder store, string path)
    {
        var name = store.NameOf(path);
        return store.ReadText(path, MaxBytes) is { } text
            ? new MetaFile(path, name, YamlReader.Read(text, name + " in the MLflow store"))
            : null;
    }

    /// <summary>Reads a file that must be there.</summary>
    /// <exception cref="MlflowFormatException">It is missing, or as with <see cref="Find"/>.</exception>
    public static MetaFile Read(StoreFolder store, string path) =>
        Find(store, path)
        ?? throw new MlflowFormatException(
            $"{store.NameOf(path)} is missing in the MLflow store at {store.Root}",
            "the store was copied in part, or this folder holds only the artifacts of a store kept elsewhere (sqlite:///mlflow.db?)"
        );

    /// <summary>The failure that names this file and a field.</summary>
    public MlflowFormatException Fault(string field, string fault) => new($"The field '{field}' in {_name} of the MLflow store {fault}");

    /// <summary>True where the field is there and not null.</summary>
    public bool Has(string field) => Map.Entries.TryGetValue(field, out var node) && node is not YamlScalar { IsNull: true };

    /// <summary>A text, or null where the field is missing or null.</summary>
    public string? Text(string field) =>
        Map.Entries.GetValueOrDefault(field) switch
        {
            null => null,
            YamlScalar scalar => scalar.IsNull ? null : scalar.Text,
            _ => throw Fault(field, "is no text"),
        };

    /// <summary>A text that must be there.</summary>
    public string Required(string field) => Text(field) ?? throw Fault(field, "is missing");

    /// <summary>A whole number, or null where the field is missing or null.</summary>
    public long? Number(string field)
    {
        if (Text(field) is not { } text)
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Fault(field, $"is no whole number: '{Printable.Text(text)}'");
    }

    /// <summary>A mapping of texts; empty where the field is missing, null or an empty list.</summary>
    public IReadOnlyDictionary<string, string> Texts(string field)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        switch (Map.Entries.GetValueOrDefault(field))
        {
            case null or YamlScalar { IsNull: true } or YamlList { Items.Count: 0 }:
                return texts;
            case YamlMap map:
                foreach (var (key, value) in map.Entries)
                {
                    texts.Add(key, value is YamlScalar scalar ? scalar.Text : throw Fault(field, "holds something other than texts"));
                }

                return texts;
            default:
                throw Fault(field, "is no mapping");
        }
    }
}
