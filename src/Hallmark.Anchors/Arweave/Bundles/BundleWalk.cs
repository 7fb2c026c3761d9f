using System.Globalization;
using Hallmark.Anchors.Arweave.DataItems;

namespace Hallmark.Anchors.Arweave.Bundles;

/// <summary>One walk through a bundle and what is nested in it, which stops at the first item that is refused.</summary>
internal sealed class BundleWalk(DataItemRules rules)
{
    private readonly Stack<int> _path = new();
    private int _verified;
    private string? _refusedPath;
    private DataItemRefusal? _refusal;

    /// <summary>What came of it.</summary>
    public BundleVerification Result => new(_verified, _refusedPath, _refusal);

    /// <summary>False where an item was refused.</summary>
    public bool Verify(Bundle bundle, int depth)
    {
        for (var i = 0; i < bundle.Entries.Count; i++)
        {
            _path.Push(i);
            if (!Verify(bundle.Entries[i], depth))
            {
                return false;
            }

            _path.Pop();
        }

        return true;
    }

    private bool Verify(BundleEntry entry, int depth)
    {
        if (!DataItem.TryParse(entry.Bytes, out var item, out var malformed, rules))
        {
            return Refuse(malformed);
        }

        if (item.Verify(entry.Id).Refusal is { } refusal)
        {
            return Refuse(refusal);
        }

        _verified++;
        if (!Bundle.IsCarriedBy(item))
        {
            return true;
        }

        if (depth == Bundle.MaxDepth)
        {
            return Refuse(new DataItemRefusal(DataItemFault.Nested, $"bundles are nested deeper than {Bundle.MaxDepth}"));
        }

        return Bundle.TryParse(item.Data, out var nested, out var reason)
            ? Verify(nested, depth + 1)
            : Refuse(new DataItemRefusal(DataItemFault.Nested, "it says that it carries a bundle, but " + reason));
    }

    private bool Refuse(DataItemRefusal refusal)
    {
        _refusedPath = string.Join('/', _path.Reverse().Select(index => index.ToString(CultureInfo.InvariantCulture)));
        _refusal = refusal;
        return false;
    }
}
