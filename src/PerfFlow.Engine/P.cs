namespace PerfFlow.Engine; internal static class Placeholder;
