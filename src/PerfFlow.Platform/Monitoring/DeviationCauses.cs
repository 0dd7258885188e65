namespace PerfFlow.Platform.Monitoring;

/// <summary>偏差原因 of 财预〔2019〕136号: several may be ticked.</summary>
public static class DeviationCauses
{
    // First characters by which workbooks name them: 经费, 经费保障 …
    private static readonly (string Code, string Word)[] Known = [("funds", "经费"), ("rules", "制度"), ("staff", "人员"), ("equipment", "硬件"), ("other", "其他")];

    public static IReadOnlyList<string> All { get; } = [.. Known.Select(k => k.Code)];

    /// <summary>Codes or words, parted by semicolons, commas or blanks, as codes in their order; null when one of them is none.</summary>
    public static string? Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var named = text.Split([';', '；', ',', '，', '、', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => Known.FirstOrDefault(k => part == k.Code || part.StartsWith(k.Word, StringComparison.Ordinal)).Code).ToList();
        return named.Contains(null!) ? null : string.Join(';', All.Where(named.Contains));
    }

    /// <summary>As a workbook has them.</summary>
    public static string Words(string codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        return string.Join(';', codes.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(code => Array.Find(Known, k => k.Code == code).Word ?? code));
    }
}
