using System.Text.Json.Nodes;
using CsvHelper;

namespace Hallmark.Inference.Runners.Onnx.Inputs;

/// <summary>Reads CSV (RFC 4180, separated by commas) with a line of names. Cells stay texts: what they stand for, the model's types say.</summary>
internal static class CsvTable
{
    private static readonly CsvReaderOptions Strict = CsvReaderOptions.Default with
    {
        Separator = ',',
        MalformedData = CsvMalformedDataHandling.Throw,
        FieldCountMismatch = CsvFieldCountHandling.Throw,
        MaxRecordSize = 16 << 20,
        TrackLineNumbers = true,
        // Messages may be logged, and values never are.
        IncludeValuesInExceptions = false,
    };

    /// <summary>Reads a text.</summary>
    /// <exception cref="ModelInputException">It is no such CSV: a row is longer or shorter than the names, or quotes are not in order; or it is too large.</exception>
    public static InputTable Read(JsonNode? value, InputContract contract)
    {
        var text = JsonScalar.FindText(value) ?? throw contract.Refuse("the CSV is no text");

        try
        {
            using var reader = CsvReader.FromText(text, Strict);
            reader.ReadHeader();
            string[] names = [.. reader.Headers ?? []];
            var cells = new List<JsonNode?>();
            while (names.Length > 0 && reader.Read())
            {
                contract.CountElements([cells.Count + names.Length]);
                for (var i = 0; i < names.Length; i++)
                {
                    cells.Add(reader.GetString(i));
                }
            }

            return InputTable.Checked(new InputTable(names, names.Length, [.. cells], IsCsv: true), contract);
        }
        catch (CsvFormatException failure)
        {
            throw contract.Refuse($"the CSV cannot be read: {failure.Message.TrimEnd('.')}");
        }
    }
}
