using Hallmark.Ledger.Storage;

namespace Hallmark.Ledger.Tests;

public sealed class EntryKeysTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_was_added_and_not_taken_out_is_found_whatever_the_order(int seed)
    {
        var random = new Random(seed);
        var keys = new EntryKeys();
        var model = new List<(long Key, long Index)>();
        for (var step = 0; step < 20_000; step++)
        {
            switch (random.Next(8))
            {
                case 0 when model.Count > 0:
                    var gone = model[random.Next(model.Count)];
                    keys.Remove(gone.Key, gone.Index);
                    model.Remove(gone);
                    break;
                case 1 when step % 4_000 == 0:
                    keys.Clear();
                    model.Clear();
                    break;
                default:
                    // Few different keys, some of them negative, many of them with the same place.
                    var added = ((random.Next(400) * 1024L) - 200_000, (long)step);
                    keys.Add(added.Item1, added.Item2);
                    model.Add(added);
                    break;
            }
        }

        Assert.Equal(model.Count, keys.Count);
        Assert.Equal(model.Order(), keys.All().Order());
        foreach (var group in model.GroupBy(entry => entry.Key))
        {
            Assert.Equal(group.Select(entry => entry.Index).Order(), keys.Find(group.Key).Order());
        }

        Assert.Empty(keys.Find(1));
        keys.Remove(1, 1);
        Assert.Equal(model.Count, keys.Count);
    }
}
