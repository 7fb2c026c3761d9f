namespace Hallmark.Inference.Loading;

/// <summary>What a model's URI names.</summary>
public enum ModelUriKind
{
    /// <summary>A folder of this machine.</summary>
    Folder = 0,

    /// <summary><c>models:/&lt;name&gt;/&lt;digits&gt;</c>: a version.</summary>
    Version,

    /// <summary><c>models:/&lt;name&gt;@&lt;alias&gt;</c>: the version that an alias points to.</summary>
    Alias,

    /// <summary><c>models:/&lt;name&gt;/&lt;stage&gt;</c>: the newest version in a stage.</summary>
    Stage,

    /// <summary><c>models:/&lt;name&gt;/latest</c>: the version with the highest number.</summary>
    Latest,

    /// <summary><c>models:/m-…</c>: a logged model of MLflow 3.</summary>
    LoggedModel,

    /// <summary><c>runs:/&lt;run&gt;/&lt;path&gt;</c>: files of a run.</summary>
    Run,
}
