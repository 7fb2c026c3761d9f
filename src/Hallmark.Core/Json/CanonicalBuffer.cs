using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Hallmark.Core.Json;

/// <summary>
/// Canonical JSON under construction: members are written in the order they come, and put in their canonical order when their object
/// closes. Nested at most <see cref="StrictJson.MaxDepth"/> deep, which bounds the copying.
/// </summary>
internal sealed class CanonicalBuffer
{
    /// <summary>What a thread keeps for its next value.</summary>
    private const int RetainedBytes = 1 << 20;

    /// <summary>What is taken from the shared pool, and given back to it; fresh pages cost as much as the work that is done on them.</summary>
    private const int PooledBytes = 32 << 20;

    /// <summary>Room that is kept free behind what is certain to come: one number, a 16-byte store and the brackets.</summary>
    internal const int Slack = 64;

    [ThreadStatic]
    private static CanonicalBuffer? s_idle;

    private readonly Frame[] _frames = new Frame[StrictJson.MaxDepth];
    private CanonicalMember[] _members = new CanonicalMember[32];
    private byte[] _aside = [];
    private byte[] _scratch = [];
    private int _memberCount;
    private int _asideLength;

    private CanonicalBuffer() { }

    /// <summary>What was written so far, and free room behind it.</summary>
    internal byte[] Bytes { get; private set; } = new byte[1024];

    /// <summary>How many bytes were written so far.</summary>
    internal int Length { get; set; }

    /// <summary>How many containers are open.</summary>
    internal int Depth { get; private set; }

    /// <summary>What was written so far.</summary>
    internal ReadOnlySpan<byte> Written => Bytes.AsSpan(0, Length);

    /// <summary>Whether the innermost open container is an object.</summary>
    internal bool IsInObject => Depth > 0 && _frames[Depth - 1].IsObject;

    /// <summary>True where an object held a name twice and the earlier member was dropped.</summary>
    internal bool DroppedMembers { get; private set; }

    /// <summary>Takes this thread's idle buffer, or a new one, emptied.</summary>
    internal static CanonicalBuffer Rent(int capacity)
    {
        var buffer = s_idle ?? new CanonicalBuffer();
        s_idle = null;
        buffer.Length = 0;
        buffer.Depth = 0;
        buffer.DroppedMembers = false;
        buffer._memberCount = 0;
        buffer._asideLength = 0;
        if (buffer.Bytes.Length < capacity)
        {
            // Nothing of the old content is needed, so no copy.
            buffer.Bytes = Allocate(capacity);
        }

        return buffer;
    }

    /// <summary>Gives the buffer back to its thread, and a large array to the shared pool; the largest are left to the collector.</summary>
    internal void Return()
    {
        if (Bytes.Length > RetainedBytes)
        {
            Release(Bytes);
            Bytes = [];
        }

        if (_members.Length <= RetainedBytes / 64 && _scratch.Length <= RetainedBytes && _aside.Length <= RetainedBytes)
        {
            s_idle = this;
        }
    }

    /// <summary>Makes room for that many bytes more.</summary>
    internal void Reserve(int more)
    {
        if (Bytes.Length - Length < more)
        {
            Grow(more);
        }
    }

    /// <summary>Opens a container. The caller has checked the depth and written the bracket.</summary>
    internal void Open(bool isObject)
    {
        ref var frame = ref _frames[Depth++];
        frame.IsObject = isObject;
        frame.IsSorted = true;
        frame.FirstMember = _memberCount;
        frame.AsideStart = _asideLength;
        frame.Start = Length;
    }

    /// <summary>Closes an array.</summary>
    internal void CloseArray() => Depth--;

    /// <summary>
    /// Notes a member whose quoted name was just written.
    /// </summary>
    /// <param name="start">Where its opening quotation mark stands in <see cref="Bytes"/>; the closing one is the last written byte.</param>
    /// <param name="escaped">Whether the written name holds escapes.</param>
    /// <param name="ascii">Whether the written name is known to be ASCII throughout.</param>
    /// <param name="origin">Where the name stood in the source.</param>
    /// <returns>False where the name equals the one before it.</returns>
    internal bool AddMember(int start, bool escaped, bool ascii, int origin)
    {
        if (_memberCount == _members.Length)
        {
            Array.Resize(ref _members, _members.Length * 2);
        }

        ref var frame = ref _frames[Depth - 1];
        ref var member = ref _members[_memberCount];
        member.Start = start;
        member.Origin = origin;
        member.NameStart = start + 1;
        member.NameLength = Length - start - 2;
        member.Aside = escaped;
        if (escaped)
        {
            PutAside(ref member);
        }

        var name = NameOf(in member);
        member.Plain = ascii || Ascii.IsValid(name);
        member.Prefix = member.Plain ? PrefixOf(name) : 0;
        var isFirst = _memberCount == frame.FirstMember;
        _memberCount++;
        if (isFirst || !frame.IsSorted)
        {
            return true;
        }

        var order = Compare(in _members[_memberCount - 2], in member);
        if (order >= 0)
        {
            frame.IsSorted = false;
        }

        return order != 0;
    }

    /// <summary>Notes that the value of the newest member of the innermost object ends here.</summary>
    internal void EndMember() => _members[_memberCount - 1].End = Length;

    /// <summary>Whether the innermost open object holds a member.</summary>
    internal bool HasMembers => _memberCount > _frames[Depth - 1].FirstMember;

    /// <summary>Closes an object: its members are brought into order. The closing brace is the caller's.</summary>
    /// <returns>The origin of a repeated name, or −1. Where names repeat, the last member of each name is kept.</returns>
    internal int CloseObject()
    {
        ref var frame = ref _frames[--Depth];
        var repeated = -1;
        if (!frame.IsSorted)
        {
            repeated = Sort(in frame);
        }

        _memberCount = frame.FirstMember;
        _asideLength = frame.AsideStart;
        return repeated;
    }

    private int Sort(in Frame frame)
    {
        var members = _members.AsSpan(frame.FirstMember, _memberCount - frame.FirstMember);
        SortMembers(members);
        var length = Length - frame.Start;
        if (_scratch.Length < length)
        {
            _scratch = GC.AllocateUninitializedArray<byte>(Math.Max(length, 1024));
        }

        var old = _scratch.AsSpan(0, length);
        Bytes.AsSpan(frame.Start, length).CopyTo(old);
        var repeated = -1;
        var target = frame.Start;
        for (var i = 0; i < members.Length; i++)
        {
            ref var member = ref members[i];
            if (i + 1 < members.Length && Compare(in member, in members[i + 1], old, frame.Start) == 0)
            {
                repeated = repeated < 0 ? members[i + 1].Origin : Math.Min(repeated, members[i + 1].Origin);
                DroppedMembers = true;
                continue;
            }

            if (target != frame.Start)
            {
                Bytes[target++] = (byte)',';
            }

            old[(member.Start - frame.Start)..(member.End - frame.Start)].CopyTo(Bytes.AsSpan(target));
            target += member.End - member.Start;
        }

        Length = target;
        return repeated;
    }

    private void SortMembers(Span<CanonicalMember> members)
    {
        if (members.Length > 24)
        {
            members.Sort(new Order(this));
            return;
        }

        for (var i = 1; i < members.Length; i++)
        {
            var moving = members[i];
            var place = i;
            // Equal names keep the order they came in: the last one is the one to keep.
            while (place > 0 && Compare(in members[place - 1], in moving) > 0)
            {
                members[place] = members[place - 1];
                place--;
            }

            members[place] = moving;
        }
    }

    private int Compare(in CanonicalMember left, in CanonicalMember right) => Compare(in left, in right, Bytes, 0);

    private int Compare(in CanonicalMember left, in CanonicalMember right, ReadOnlySpan<byte> written, int shift)
    {
        if (left.Plain && right.Plain && left.Prefix != right.Prefix)
        {
            return left.Prefix < right.Prefix ? -1 : 1;
        }

        var leftName = left.Aside ? NameOf(in left) : written.Slice(left.NameStart - shift, left.NameLength);
        var rightName = right.Aside ? NameOf(in right) : written.Slice(right.NameStart - shift, right.NameLength);
        return left.Plain && right.Plain ? leftName.SequenceCompareTo(rightName) : CompareNames(leftName, rightName);
    }

    /// <summary>Compares UTF-8 names by their UTF-16 code units.</summary>
    /// <remarks>
    /// UTF-8 bytes order like code points, and so do UTF-16 units but for one thing: characters beyond the BMP (first byte F0 to F4) are written
    /// with surrogates and so come before U+E000 to U+FFFF (first byte EE or EF).
    /// </remarks>
    private static int CompareNames(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var common = left.CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        var (l, r) = (left[common], right[common]);
        if (l >= 0xEE && r >= 0xEE && (l >= 0xF0) != (r >= 0xF0))
        {
            return l >= 0xF0 ? -1 : 1;
        }

        return l.CompareTo(r);
    }

    private ReadOnlySpan<byte> NameOf(in CanonicalMember member) =>
        (member.Aside ? _aside : Bytes).AsSpan(member.NameStart, member.NameLength);

    private static ulong PrefixOf(ReadOnlySpan<byte> name)
    {
        if (name.Length >= 8)
        {
            return BinaryPrimitives.ReadUInt64BigEndian(name);
        }

        var prefix = 0UL;
        foreach (var b in name)
        {
            prefix = (prefix << 8) | b;
        }

        return name.IsEmpty ? 0 : prefix << (8 * (8 - name.Length));
    }

    private void PutAside(ref CanonicalMember member)
    {
        if (_aside.Length - _asideLength < member.NameLength)
        {
            Array.Resize(ref _aside, Math.Max(_aside.Length * 2, _asideLength + member.NameLength));
        }

        var escaped = Bytes.AsSpan(member.NameStart, member.NameLength);
        var unescaped = _aside.AsSpan(_asideLength);
        var length = CanonicalText.Unescape(escaped, unescaped);
        member.NameStart = _asideLength;
        member.NameLength = length;
        _asideLength += length;
    }

    private void Grow(int more)
    {
        var capacity = Math.Min((long)Array.MaxLength, Math.Max(2L * Bytes.Length, (long)Length + more));
        if (capacity - Length < more)
        {
            throw new JsonRejectedException(JsonFault.TooLarge, -1);
        }

        var grown = Allocate((int)capacity);
        Written.CopyTo(grown);
        Release(Bytes);
        Bytes = grown;
    }

    private static byte[] Allocate(int capacity) =>
        capacity is > RetainedBytes and <= PooledBytes
            ? ArrayPool<byte>.Shared.Rent(capacity)
            : GC.AllocateUninitializedArray<byte>(Math.Max(capacity, 1024));

    private static void Release(byte[] bytes)
    {
        // The pool hands out powers of two, and takes nothing else back.
        if (bytes.Length is > RetainedBytes and <= PooledBytes && int.IsPow2(bytes.Length))
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private struct Frame
    {
        internal bool IsObject;
        internal bool IsSorted;
        internal int FirstMember;
        internal int AsideStart;
        internal int Start;
    }

    private readonly struct Order(CanonicalBuffer buffer) : IComparer<CanonicalMember>
    {
        public int Compare(CanonicalMember x, CanonicalMember y)
        {
            var order = buffer.Compare(in x, in y);
            return order != 0 ? order : x.Origin.CompareTo(y.Origin);
        }
    }
}
