using System.Text.Json.Serialization;

namespace Hallmark.Mlflow.FileStore;

/// <summary>The little JSON that a file store needs.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class FileStoreJson : JsonSerializerContext;
