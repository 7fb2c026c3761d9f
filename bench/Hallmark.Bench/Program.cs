using System.Globalization;
using BenchmarkDotNet.Running;
using Hallmark.Bench;
using Hallmark.Bench.Serving;

// compare [name …]  ours beside a peer's, in seconds, with the ratio
// anything else     BenchmarkDotNet's own arguments, such as --filter '*Blake3*'
if (args is [LoadClient.Command, var port, var connections, var bodyFile])
{
    await LoadClient.RunAsync(
        int.Parse(port, CultureInfo.InvariantCulture),
        int.Parse(connections, CultureInfo.InvariantCulture),
        bodyFile
    );
    return 0;
}

if (args is not ["compare", .. var names])
{
    BenchmarkSwitcher.FromAssembly(typeof(IComparison).Assembly).Run(args);
    return 0;
}

// Found by type, so that a new comparison is a new file and nothing else.
var comparisons = typeof(IComparison)
    .Assembly.GetTypes()
    .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IComparison)))
    .Select(type => (IComparison)Activator.CreateInstance(type)!) // IComparison types have a constructor without arguments
    .OrderBy(comparison => comparison.Name, StringComparer.Ordinal)
    .ToList();
var unknown = names.Where(name => comparisons.TrueForAll(comparison => comparison.Name != name)).ToList();
if (unknown.Count > 0)
{
    Console.Error.WriteLine(
        $"no comparison is called {string.Join(", ", unknown)}; there are: {string.Join(", ", comparisons.Select(c => c.Name))}"
    );
    return 2;
}

foreach (var comparison in comparisons.Where(comparison => names.Length == 0 || names.Contains(comparison.Name)))
{
    Console.WriteLine($"== {comparison.Name}");
    comparison.Run(Console.Out);
}

return 0;
