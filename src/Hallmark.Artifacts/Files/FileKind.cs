namespace Hallmark.Artifacts.Files;

/// <summary>What a name in a folder stands for.</summary>
internal enum FileKind
{
    Other = 0,
    Regular,
    Folder,
    Link,
    Pipe,
    Socket,
    Device,
}
