namespace Hallmark.Mlflow.Events;

/// <summary>Renders the page of an event whose envelope was uploaded (<c>ario/verification.html</c>), as UTF-8.</summary>
/// <param name="prepared">The event.</param>
/// <param name="trackingUri">The store that it lies in, without credentials.</param>
/// <param name="upload">What the upload gave.</param>
public delegate Task<ReadOnlyMemory<byte>> UploadPageRenderer(PreparedEvent prepared, string trackingUri, UploadResult upload);
