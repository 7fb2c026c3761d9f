namespace Hallmark.Mlflow.ArioCommandLine;

/// <summary>A command line, understood.</summary>
/// <param name="Verb">What to do.</param>
/// <param name="Id">The run's or trace's id, or the model's name; empty for help.</param>
/// <param name="Version">The model version; <c>1</c> unless named.</param>
/// <param name="IsJson">Whether an audit gives the bundle.</param>
/// <param name="OutputPath">The file for the bundle, or null for standard output.</param>
internal sealed record ArioRequest(ArioVerb Verb, string Id = "", string Version = "1", bool IsJson = false, string? OutputPath = null);
