using Hallmark.Core.Anchoring;

namespace Hallmark.Mlflow.Events;

/// <summary>The port to whoever knows how an upload's receipt looks.</summary>
public interface IUploadReader
{
    /// <summary>What an upload gave, and the wallet that signed it; null where the receipt is none of an upload.</summary>
    (UploadResult Upload, WalletDescription? Wallet)? Find(AnchorReceipt receipt);
}
