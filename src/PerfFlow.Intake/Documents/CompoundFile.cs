using System.Buffers.Binary;
using System.Text;

namespace PerfFlow.Intake.Documents;

/// <summary>
/// The compound file that .xls is stored in, as far as needed to look at it before the reader of values does:
/// names of its streams, bytes of one stream. Chains are followed a bounded number of steps.
/// </summary>
internal sealed class CompoundFile
{
    private const uint LastSector = 0xFFFFFFFA;
    private readonly byte[] _bytes;
    private readonly int _sectorSize;
    private readonly List<uint> _fat = [];
    private readonly List<uint> _miniFat = [];
    private readonly List<(string Name, uint Start, long Size)> _entries = [];
    private readonly uint _miniCutoff;

    private CompoundFile(byte[] bytes)
    {
        _bytes = bytes;
        var shift = U16(0x1E);
        if (bytes.Length < 512 || shift is not (9 or 12))
        {
            throw new DocumentRefusedException("doc.broken");
        }

        _sectorSize = 1 << shift;
        _miniCutoff = U32(0x38);
        ReadFat();
        foreach (var sector in Chain(U32(0x30), _fat))
        {
            ReadDirectory(Offset(sector));
        }

        foreach (var sector in Chain(U32(0x3C), _fat))
        {
            AddTable(_miniFat, Offset(sector));
        }
    }

    /// <summary>Names of all streams and storages.</summary>
    public HashSet<string> Names => _entries.Select(e => e.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);

    public static CompoundFile Read(Stream file)
    {
        file.Position = 0;
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        file.Position = 0;
        return bytes.Length >= 512 ? new CompoundFile(bytes) : throw new DocumentRefusedException("doc.broken");
    }

    /// <summary>Bytes of a stream; null when there is none of that name.</summary>
    public byte[]? Stream(string name)
    {
        var entry = _entries.FirstOrDefault(e => e.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (entry.Name is null)
        {
            return null;
        }

        if (entry.Size < 0 || entry.Size > _bytes.Length)
        {
            throw new DocumentRefusedException("doc.broken");
        }

        var result = new byte[entry.Size];
        if (entry.Size >= _miniCutoff)
        {
            Copy(Chain(entry.Start, _fat).Select(Offset), _sectorSize, _bytes, result);
            return result;
        }

        var root = _entries[0];
        var mini = new byte[Math.Clamp(root.Size, 0, _bytes.Length)];
        Copy(Chain(root.Start, _fat).Select(Offset), _sectorSize, _bytes, mini);
        Copy(Chain(entry.Start, _miniFat).Select(s => (int)Math.Min(s * 64L, int.MaxValue)), 64, mini, result);
        return result;
    }

    private static void Copy(IEnumerable<int> offsets, int size, byte[] from, byte[] to)
    {
        var at = 0;
        foreach (var offset in offsets)
        {
            var n = Math.Min(size, Math.Min(to.Length - at, from.Length - offset));
            if (n <= 0)
            {
                return;
            }

            from.AsSpan(offset, n).CopyTo(to.AsSpan(at));
            at += n;
        }
    }

    private void ReadFat()
    {
        var sectors = new List<uint>();
        for (var i = 0; i < 109; i++)
        {
            sectors.Add(U32(0x4C + (i * 4)));
        }

        var next = U32(0x44);
        for (var i = 0; next < LastSector && i < _bytes.Length / _sectorSize; i++)
        {
            var at = Offset(next);
            for (var k = 0; k < (_sectorSize / 4) - 1; k++)
            {
                sectors.Add(U32(at + (k * 4)));
            }

            next = U32(at + _sectorSize - 4);
        }

        foreach (var sector in sectors.Where(s => s < LastSector).Take((_bytes.Length / _sectorSize) + 1))
        {
            AddTable(_fat, Offset(sector));
        }
    }

    private void AddTable(List<uint> table, int at)
    {
        for (var k = 0; k < _sectorSize / 4; k++)
        {
            table.Add(U32(at + (k * 4)));
        }
    }

    private void ReadDirectory(int at)
    {
        for (var i = at; i < at + _sectorSize && i + 128 <= _bytes.Length; i += 128)
        {
            int length = U16(i + 0x40);
            if (_bytes[i + 0x42] != 0 && length is >= 2 and <= 64)
            {
                _entries.Add((Encoding.Unicode.GetString(_bytes, i, length - 2), U32(i + 0x74), U32(i + 0x78)));
            }
        }
    }

    // No chain can be longer than the file has (mini) sectors; a longer one runs in a circle.
    private IEnumerable<uint> Chain(uint start, List<uint> table)
    {
        var steps = 0;
        for (var sector = start; sector < LastSector; sector = sector < table.Count ? table[(int)sector] : LastSector)
        {
            if (++steps > _bytes.Length / 64)
            {
                throw new DocumentRefusedException("doc.broken");
            }

            yield return sector;
        }
    }

    private int Offset(uint sector)
    {
        var at = (sector + 1L) * _sectorSize;
        return at < _bytes.Length ? (int)at : throw new DocumentRefusedException("doc.broken");
    }

    private ushort U16(int at) => at + 2 <= _bytes.Length
        ? BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at))
        : throw new DocumentRefusedException("doc.broken");

    private uint U32(int at) => at + 4 <= _bytes.Length
        ? BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(at))
        : throw new DocumentRefusedException("doc.broken");
}
