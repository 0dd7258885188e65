using System.Text;

namespace PerfFlow.Platform.Indicators;

/// <summary>Makes the many ways of writing an indicator's name one (domain.md §4.9: full-width signs, the suffix 指标).</summary>
public static class IndicatorNames
{
    // Ways counties shorten or lengthen the second level; the right side is the printed name without 指标.
    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["经济"] = "经济效益",
        ["社会"] = "社会效益",
        ["生态"] = "生态效益",
        ["生态环境效益"] = "生态效益",
        ["环境效益"] = "生态效益",
        ["可持续"] = "可持续影响",
        ["可持续发展"] = "可持续影响",
        ["对象"] = "服务对象满意度",
        ["服务对象"] = "服务对象满意度",
        ["受益对象满意度"] = "服务对象满意度",
        ["社会公众满意度"] = "服务对象满意度",
        ["社会公众或服务对象满意度"] = "服务对象满意度",
        ["生态成本"] = "生态环境成本",
        ["环境成本"] = "生态环境成本",
    };

    /// <summary>Without blanks, brackets, ordinal heads and the suffix 指标, full-width letters and digits made half-width.</summary>
    public static string Normalize(string text)
    {
        var name = Narrow(text);
        if (name.EndsWith("指标", StringComparison.Ordinal) && name.Length > 2)
        {
            name = name[..^2];
        }

        return Aliases.GetValueOrDefault(name, name);
    }

    /// <summary>Half-width, lower case and without any blank: for comparing what people typed.</summary>
    public static string Narrow(string text)
    {
        var builder = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (!char.IsWhiteSpace(c))
            {
                builder.Append(char.ToLowerInvariant(c is >= '！' and <= '～' ? (char)(c - 0xFEE0) : c));
            }
        }

        return builder.ToString();
    }
}
