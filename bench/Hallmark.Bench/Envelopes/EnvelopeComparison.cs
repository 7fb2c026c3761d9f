using System.Globalization;

namespace Hallmark.Bench.Envelopes;

/// <summary>Sealing an envelope against the bare signature over the same bytes; the goal is 0.85 of it.</summary>
public sealed class EnvelopeComparison : IComparison
{
    /// <inheritdoc />
    public string Name => "envelope";

    /// <inheritdoc />
    public void Run(TextWriter output)
    {
        using var envelopes = new EnvelopeBenchmarks();
        envelopes.Prepare();
        var sign = ProcessorRate.Best(() => envelopes.SignAlone());
        var seal = ProcessorRate.Best(() => envelopes.Seal());
        var verify = ProcessorRate.Best(() => envelopes.Verify());
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"seal   {seal, 7:0}/s   bare signature {sign, 7:0}/s   ratio {seal / sign:0.00} (goal 0.85)"
            )
        );
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"verify {verify, 7:0}/s"));
    }
}
