namespace Hallmark.Mlflow.ArioCommandLine;

/// <summary>The original's commands.</summary>
internal enum ArioVerb
{
    /// <summary>Say how the program is used.</summary>
    Help = 0,

    /// <summary><c>verify run</c>.</summary>
    VerifyRun,

    /// <summary><c>verify model</c>.</summary>
    VerifyModel,

    /// <summary><c>verify trace</c>.</summary>
    VerifyTrace,

    /// <summary><c>audit</c>.</summary>
    Audit,
}
