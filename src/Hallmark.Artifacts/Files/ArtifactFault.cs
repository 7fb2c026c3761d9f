namespace Hallmark.Artifacts.Files;

/// <summary>Why a file or a folder could not be hashed.</summary>
public enum ArtifactFault
{
    /// <summary>Nothing has that name.</summary>
    NotFound = 0,

    /// <summary>A symbolic link leads out of the folder that is hashed.</summary>
    LinkEscapes,

    /// <summary>A symbolic link where only files and folders themselves are taken.</summary>
    LinkRefused,

    /// <summary>A symbolic link leads nowhere, or in a circle.</summary>
    LinkBroken,

    /// <summary>A pipe, a socket or a device: reading it may never end, and gives other bytes each time.</summary>
    NotARegularFile,

    /// <summary>A name that is not valid UTF-8, so that no record could hold it.</summary>
    BadName,

    /// <summary>More files, or deeper folders, than the options allow.</summary>
    TooLarge,

    /// <summary>The file or folder cannot be read: rights, or a disk error.</summary>
    Unreadable,

    /// <summary>The file changed while it was read, so that no digest of it means anything.</summary>
    Changed,
}
