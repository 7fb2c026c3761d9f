using Hallmark.Core.Checks;
using Hallmark.Evidence.Bodies;

namespace Hallmark.Evidence.Verification;

/// <summary>A bundle after it was verified.</summary>
/// <param name="Verdict">What came out, with what each receipt showed, in the bundle's order.</param>
/// <param name="Body">What the bundle holds; null where its body could not be read.</param>
public sealed record VerifiedBundle(Verdict Verdict, BundleBody? Body);
