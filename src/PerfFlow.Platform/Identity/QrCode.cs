using System.Text;

namespace PerfFlow.Platform.Identity;

/// <summary>
/// A QR code (ISO/IEC 18004) of a short address: byte mode, error correction M, versions 1 to 10, the mask with the
/// lowest penalty. Drawn as SVG by the page, so that the secret of a second factor never leaves for an image service.
/// </summary>
public sealed class QrCode
{
    // Per version at level M: codewords in all, error correction codewords per block, blocks.
    private static readonly (int Total, int Correction, int Blocks)[] Shapes =
    [
        (26, 10, 1), (44, 16, 1), (70, 26, 1), (100, 18, 2), (134, 24, 2), (172, 16, 4), (196, 18, 4), (242, 22, 4), (292, 22, 5), (346, 26, 5),
    ];

    private static readonly int[][] Alignments = [[], [6, 18], [6, 22], [6, 26], [6, 30], [6, 34], [6, 22, 38], [6, 24, 42], [6, 26, 46], [6, 28, 50]];

    private readonly bool[,] dark;
    private readonly bool[,] fixedModule;

    private QrCode(int size)
    {
        Size = size;
        dark = new bool[size, size];
        fixedModule = new bool[size, size];
    }

    /// <summary>Modules per side.</summary>
    public int Size { get; }

    /// <summary>Whether the module is dark.</summary>
    public bool this[int row, int column] => dark[row, column];

    /// <summary>The dark modules as one SVG path in a grid of <see cref="Size"/> + 8, quiet zone included.</summary>
    public string Path()
    {
        var path = new StringBuilder();
        for (var row = 0; row < Size; row++)
        {
            for (var column = 0; column < Size; column++)
            {
                if (dark[row, column])
                {
                    path.Append("M").Append(column + 4).Append(' ').Append(row + 4).Append("h1v1h-1z");
                }
            }
        }

        return path.ToString();
    }

    /// <exception cref="ArgumentException">The text does not fit into version 10 (213 bytes).</exception>
    public static QrCode Encode(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var version = 1; version <= Shapes.Length; version++)
        {
            var (total, correction, blocks) = Shapes[version - 1];
            var capacity = total - (correction * blocks);
            var lengthBits = version < 10 ? 8 : 16;
            if (4 + lengthBits + (bytes.Length * 8) <= capacity * 8)
            {
                var code = new QrCode(17 + (4 * version));
                code.DrawPatterns(version);
                code.DrawData(Interleave(Data(bytes, lengthBits, capacity), total, correction, blocks));
                code.Mask();
                return code;
            }
        }

        throw new ArgumentException("The text is too long for the QR code.", nameof(text));
    }

    private static byte[] Data(byte[] bytes, int lengthBits, int capacity)
    {
        var data = new byte[capacity];
        var at = 0;
        void Put(int value, int count)
        {
            for (var bit = count - 1; bit >= 0; bit--, at++)
            {
                data[at / 8] |= (byte)(((value >> bit) & 1) << (7 - (at % 8)));
            }
        }

        Put(4, 4);
        Put(bytes.Length, lengthBits);
        foreach (var part in bytes)
        {
            Put(part, 8);
        }

        Put(0, Math.Min(4, (capacity * 8) - at));
        for (int i = (at + 7) / 8, pad = 0xEC; i < capacity; i++, pad ^= 0xEC ^ 0x11)
        {
            data[i] = (byte)pad;
        }

        return data;
    }

    private static byte[] Interleave(byte[] data, int total, int correction, int blocks)
    {
        var shortBlocks = blocks - (data.Length % blocks);
        var shortLength = data.Length / blocks;
        var parts = new List<(byte[] Data, byte[] Correction)>();
        for (int block = 0, at = 0; block < blocks; block++)
        {
            var length = shortLength + (block < shortBlocks ? 0 : 1);
            var part = data[at..(at + length)];
            parts.Add((part, Remainder(part, correction)));
            at += length;
        }

        var result = new List<byte>(total);
        for (var i = 0; i <= shortLength; i++)
        {
            result.AddRange(parts.Where(p => i < p.Data.Length).Select(p => p.Data[i]));
        }

        for (var i = 0; i < correction; i++)
        {
            result.AddRange(parts.Select(p => p.Correction[i]));
        }

        return [.. result];
    }

    /// <summary>Reed-Solomon over GF(256) with the polynomial 0x11D.</summary>
    private static byte[] Remainder(byte[] data, int degree)
    {
        var divisor = new byte[degree];
        divisor[^1] = 1;
        byte root = 1;
        for (var i = 0; i < degree; i++)
        {
            for (var j = 0; j < degree; j++)
            {
                divisor[j] = (byte)(Times(divisor[j], root) ^ (j + 1 < degree ? divisor[j + 1] : 0));
            }

            root = Times(root, 2);
        }

        var result = new byte[degree];
        foreach (var part in data)
        {
            var factor = (byte)(part ^ result[0]);
            Array.Copy(result, 1, result, 0, degree - 1);
            result[^1] = 0;
            for (var i = 0; i < degree; i++)
            {
                result[i] ^= Times(divisor[i], factor);
            }
        }

        return result;
    }

    private static byte Times(byte left, byte right)
    {
        var product = 0;
        for (var bit = 7; bit >= 0; bit--)
        {
            product = (product << 1) ^ ((product >> 7) * 0x11D);
            product ^= ((right >> bit) & 1) * left;
        }

        return (byte)product;
    }

    private void Set(int row, int column, bool value)
    {
        dark[row, column] = value;
        fixedModule[row, column] = true;
    }

    private void DrawPatterns(int version)
    {
        for (var i = 0; i < Size; i++)
        {
            Set(6, i, i % 2 == 0);
            Set(i, 6, i % 2 == 0);
        }

        DrawFinder(3, 3);
        DrawFinder(3, Size - 4);
        DrawFinder(Size - 4, 3);
        var places = Alignments[version - 1];
        foreach (var row in places)
        {
            foreach (var column in places)
            {
                var corner = (row == 6 && column == 6) || (row == 6 && column == Size - 7) || (row == Size - 7 && column == 6);
                if (!corner)
                {
                    DrawSquares(row, column, 2, distance => distance != 1);
                }
            }
        }

        DrawFormat(0);
        if (version >= 7)
        {
            DrawVersion(version);
        }
    }

    private void DrawFinder(int row, int column) => DrawSquares(row, column, 4, distance => distance is not (2 or 4));

    private void DrawSquares(int row, int column, int reach, Func<int, bool> isDark)
    {
        for (var r = Math.Max(0, row - reach); r <= Math.Min(Size - 1, row + reach); r++)
        {
            for (var c = Math.Max(0, column - reach); c <= Math.Min(Size - 1, column + reach); c++)
            {
                Set(r, c, isDark(Math.Max(Math.Abs(r - row), Math.Abs(c - column))));
            }
        }
    }

    /// <summary>Level M (00) and the mask, protected by a BCH code, twice.</summary>
    private void DrawFormat(int mask)
    {
        var rest = mask;
        for (var i = 0; i < 10; i++)
        {
            rest = (rest << 1) ^ ((rest >> 9) * 0x537);
        }

        var bits = ((mask << 10) | rest) ^ 0x5412;
        bool Bit(int i) => ((bits >> i) & 1) != 0;
        for (var i = 0; i <= 5; i++)
        {
            Set(i, 8, Bit(i));
        }

        Set(7, 8, Bit(6));
        Set(8, 8, Bit(7));
        Set(8, 7, Bit(8));
        for (var i = 9; i < 15; i++)
        {
            Set(8, 14 - i, Bit(i));
        }

        for (var i = 0; i < 8; i++)
        {
            Set(8, Size - 1 - i, Bit(i));
        }

        for (var i = 8; i < 15; i++)
        {
            Set(Size - 15 + i, 8, Bit(i));
        }

        Set(Size - 8, 8, true);
    }

    private void DrawVersion(int version)
    {
        var rest = version;
        for (var i = 0; i < 12; i++)
        {
            rest = (rest << 1) ^ ((rest >> 11) * 0x1F25);
        }

        var bits = (version << 12) | rest;
        for (var i = 0; i < 18; i++)
        {
            var on = ((bits >> i) & 1) != 0;
            Set(i / 3, Size - 11 + (i % 3), on);
            Set(Size - 11 + (i % 3), i / 3, on);
        }
    }

    /// <summary>Two columns at a time from the right, up and down in turn.</summary>
    private void DrawData(byte[] data)
    {
        var at = 0;
        for (var right = Size - 1; right >= 1; right -= 2)
        {
            if (right == 6)
            {
                right = 5;
            }

            for (var step = 0; step < Size; step++)
            {
                for (var side = 0; side < 2; side++)
                {
                    var column = right - side;
                    var row = ((right + 1) & 2) == 0 ? Size - 1 - step : step;
                    if (!fixedModule[row, column] && at < data.Length * 8)
                    {
                        dark[row, column] = ((data[at / 8] >> (7 - (at % 8))) & 1) != 0;
                        at++;
                    }
                }
            }
        }
    }

    private void Mask()
    {
        var best = 0;
        var least = int.MaxValue;
        for (var mask = 0; mask < 8; mask++)
        {
            Flip(mask);
            DrawFormat(mask);
            var penalty = Penalty();
            (best, least) = penalty < least ? (mask, penalty) : (best, least);
            Flip(mask);
        }

        Flip(best);
        DrawFormat(best);
    }

    private void Flip(int mask)
    {
        for (var r = 0; r < Size; r++)
        {
            for (var c = 0; c < Size; c++)
            {
                var flip = mask switch
                {
                    0 => (r + c) % 2 == 0,
                    1 => r % 2 == 0,
                    2 => c % 3 == 0,
                    3 => (r + c) % 3 == 0,
                    4 => ((r / 2) + (c / 3)) % 2 == 0,
                    5 => (r * c % 2) + (r * c % 3) == 0,
                    6 => ((r * c % 2) + (r * c % 3)) % 2 == 0,
                    _ => (((r + c) % 2) + (r * c % 3)) % 2 == 0,
                };
                dark[r, c] ^= flip && !fixedModule[r, c];
            }
        }
    }

    /// <summary>Long runs, blocks of one colour and a lopsided balance are hard to read. Which mask is chosen is the writer's affair.</summary>
    private int Penalty()
    {
        var (penalty, darks) = (0, 0);
        for (var r = 0; r < Size; r++)
        {
            var (rowRun, columnRun) = (0, 0);
            for (var c = 0; c < Size; c++)
            {
                darks += dark[r, c] ? 1 : 0;
                rowRun = c > 0 && dark[r, c] == dark[r, c - 1] ? rowRun + 1 : 1;
                columnRun = c > 0 && dark[c, r] == dark[c - 1, r] ? columnRun + 1 : 1;
                penalty += (rowRun == 5 ? 3 : rowRun > 5 ? 1 : 0) + (columnRun == 5 ? 3 : columnRun > 5 ? 1 : 0);
                if (r > 0 && c > 0 && dark[r, c] == dark[r - 1, c] && dark[r, c] == dark[r, c - 1] && dark[r, c] == dark[r - 1, c - 1])
                {
                    penalty += 3;
                }
            }
        }

        return penalty + (Math.Abs((darks * 20) - (Size * Size * 10)) / (Size * Size) * 10);
    }
}
