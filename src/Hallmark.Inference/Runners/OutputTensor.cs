using System.Text.Json.Nodes;

namespace Hallmark.Inference.Runners;

/// <summary>One output as the Open Inference Protocol writes it.</summary>
/// <param name="Name">The output's name.</param>
/// <param name="DataType">As <see cref="ModelField.DataType"/>.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Data">Its elements in row-major order.</param>
public sealed record OutputTensor(string Name, string DataType, IReadOnlyList<long> Shape, JsonArray Data);
