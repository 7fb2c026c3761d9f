using System.Text.Json.Serialization;

namespace Hallmark.Ledger.Storage;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(LedgerConfig))]
internal sealed partial class LedgerConfigJson : JsonSerializerContext;
