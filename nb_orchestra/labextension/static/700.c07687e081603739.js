"use strict";(self.rspackChunknb_orchestra_lab=self.rspackChunknb_orchestra_lab||[]).push([[700],{646(o,r,e){var t=e(601),a=e.n(t),n=e(314),i=(e.n(n))()(a());i.push([o.id,`/* Goal cells, the panel of runs, the hover and the status item. Lab's own colours, so that every theme fits. */
.jp-CodeCell.orch-goal-cell .jp-InputArea-editor { border-left: 3px solid var(--jp-brand-color1); }
.orch-goal-cell .cm-content { font-family: var(--jp-content-font-family); }
.orch-goal-cell .cm-content .cm-line:has(.orch-magic), .orch-goal-cell .cm-content .orch-mention { font-family: var(--jp-code-font-family); }
.orch-magic { color: var(--jp-mirror-editor-meta-color, var(--jp-ui-font-color2)); }
.orch-name { color: var(--jp-mirror-editor-def-color, inherit); font-weight: 600; }
.orch-option { color: var(--jp-mirror-editor-attribute-color, inherit); }
.orch-mention {
  color: var(--jp-mirror-editor-keyword-color, inherit); border-radius: 3px; padding: 0 1px;
  background: color-mix(in srgb, var(--jp-brand-color1) 12%, transparent);
}
.orch-mention * { color: inherit; text-decoration: none; }

.orch-hover { max-width: min(70ch, 80vw); max-height: 40vh; overflow: auto; padding: 6px 10px; color: var(--jp-ui-font-color1); background: var(--jp-layout-color1); font: var(--jp-ui-font-size1) / 1.45 var(--jp-ui-font-family); }
.orch-hover p { margin: 0 0 4px; }
.orch-hover pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: var(--jp-code-font-size) / 1.4 var(--jp-code-font-family); }
.cm-tooltip:has(> .orch-hover) { border: 1px solid var(--jp-border-color1); background: var(--jp-layout-color1); box-shadow: var(--jp-elevation-z4); z-index: 10000; }

.orch-panel { overflow: auto; padding: 8px; min-width: 180px; color: var(--jp-ui-font-color1); background: var(--jp-layout-color1); font: var(--jp-ui-font-size1) / 1.45 var(--jp-ui-font-family); }
.orch-panel [hidden] { display: none; }
.orch-panel p { margin: 2px 0; overflow-wrap: anywhere; }
.orch-panel p:empty { display: none; }
.orch-panel :focus-visible, .orch-status-button:focus-visible { outline: 2px solid var(--jp-brand-color1); outline-offset: -2px; }
.orch-head { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; }
.orch-head h2 { flex: 1 1 auto; margin: 0; font-size: var(--jp-ui-font-size2); }
.orch-button { font: inherit; color: inherit; padding: 1px 8px; border: 1px solid var(--jp-border-color1); border-radius: 3px; background: var(--jp-layout-color1); cursor: pointer; }
.orch-button:hover { background: var(--jp-layout-color2); }
.orch-yes, .orch-yes:hover { color: var(--jp-ui-inverse-font-color0, #fff); background: var(--jp-brand-color0, var(--jp-brand-color1)); border-color: transparent; }
.orch-search { box-sizing: border-box; width: 100%; margin: 8px 0; padding: 4px 6px; font: inherit; color: inherit; background: var(--jp-input-background, transparent); border: 1px solid var(--jp-border-color1); border-radius: 3px; }
.orch-search::placeholder { color: inherit; opacity: 0.75; }
.orch-dim { color: color-mix(in srgb, var(--jp-ui-font-color0) 66%, var(--jp-layout-color1)); }
.orch-bad { color: color-mix(in srgb, var(--jp-error-color1) 70%, var(--jp-ui-font-color1)); white-space: pre-wrap; }
.orch-notice:not(:empty), .orch-told:not(:empty) { margin: 8px 0; padding: 6px 8px; border-left: 3px solid var(--jp-brand-color1); background: var(--jp-layout-color2); white-space: pre-wrap; }
.orch-day h3 { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 8px; margin: 10px 0 2px; font-size: inherit; }
.orch-day h3 .orch-dim { font-weight: normal; }
.orch-day ul, .orch-steps { list-style: none; margin: 0; padding: 0; }
.orch-run { border-top: 1px solid var(--jp-border-color2); }
.orch-line { display: flex; gap: 6px; width: 100%; padding: 4px 2px; border: 0; background: none; color: inherit; font: inherit; text-align: left; cursor: pointer; }
.orch-line:hover { background: var(--jp-layout-color2); }
.orch-glyph { flex: none; width: 1.2em; text-align: center; }
.orch-words { display: flex; flex-direction: column; min-width: 0; }
.orch-title { overflow: hidden; text-overflow: ellipsis; display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow-wrap: anywhere; }
.orch-about, .orch-where { font-size: var(--jp-ui-font-size0, 0.9em); overflow-wrap: anywhere; }
[data-state="done"] > * > .orch-glyph { color: var(--jp-success-color1); }
[data-state="failed"] > * > .orch-glyph { color: var(--jp-error-color1); }
:is([data-state="running"], [data-state="planning"]) > * > .orch-glyph { color: var(--jp-brand-color1); }
.orch-body { padding: 2px 2px 8px 1.6em; }
.orch-goal { white-space: pre-wrap; }
.orch-actions { display: flex; flex-wrap: wrap; gap: 4px; margin: 6px 0; }
.orch-step { padding: 3px 0; border-top: 1px dashed var(--jp-border-color2); }
.orch-step-head { display: grid; grid-template-columns: 20px minmax(0, 1fr); }
.orch-step-head > .orch-dim { grid-column: 2; font-size: var(--jp-ui-font-size0, 0.9em); }
.orch-step-name { font-family: var(--jp-code-font-family); overflow-wrap: anywhere; }
.orch-step p, .orch-step details { margin-left: 20px; font-size: var(--jp-ui-font-size0, 0.9em); }
.orch-code { margin: 4px 0; padding: 6px; overflow: auto; max-height: 20em; background: var(--jp-layout-color2); font: var(--jp-code-font-size) / 1.4 var(--jp-code-font-family); }
.orch-costs, .orch-foot { margin-top: 10px; border-top: 1px solid var(--jp-border-color2); padding-top: 6px; }
.orch-panel summary { cursor: pointer; }
.orch-costs table { border-collapse: collapse; width: 100%; }
.orch-costs :is(th, td) { text-align: left; font-weight: normal; padding: 2px 8px 2px 0; vertical-align: top; overflow-wrap: anywhere; }
.orch-foot dl { display: grid; grid-template-columns: auto 1fr; gap: 0 10px; margin: 4px 0; }
.orch-foot dd { margin: 0; overflow-wrap: anywhere; }
.orch-cache { white-space: pre-wrap; }

.orch-status-button { display: flex; align-items: center; gap: 4px; height: 100%; padding: 0 6px; border: 0; background: none; color: var(--jp-ui-font-color1); font: inherit; cursor: pointer; }
.orch-status-button:hover { background: var(--jp-layout-color3); }
.orch-status.orch-live { font-weight: 600; }
`,""]),e.d(r,{},{A:i})},314(o){o.exports=function(o){var r=[];return r.toString=function(){return this.map(function(r){var e="",t=void 0!==r[5];return r[4]&&(e+="@supports (".concat(r[4],") {")),r[2]&&(e+="@media ".concat(r[2]," {")),t&&(e+="@layer".concat(r[5].length>0?" ".concat(r[5]):""," {")),e+=o(r),t&&(e+="}"),r[2]&&(e+="}"),r[4]&&(e+="}"),e}).join("")},r.i=function(o,e,t,a,n){"string"==typeof o&&(o=[[null,o,void 0]]);var i={};if(t)for(var c=0;c<this.length;c++){var p=this[c][0];null!=p&&(i[p]=!0)}for(var l=0;l<o.length;l++){var s=[].concat(o[l]);t&&i[s[0]]||(void 0!==n&&(void 0===s[5]||(s[1]="@layer".concat(s[5].length>0?" ".concat(s[5]):""," {").concat(s[1],"}")),s[5]=n),e&&(s[2]&&(s[1]="@media ".concat(s[2]," {").concat(s[1],"}")),s[2]=e),a&&(s[4]?(s[1]="@supports (".concat(s[4],") {").concat(s[1],"}"),s[4]=a):s[4]="".concat(a)),r.push(s))}},r}},601(o){o.exports=function(o){return o[1]}},72(o){var r=[];function e(o){for(var e=-1,t=0;t<r.length;t++)if(r[t].identifier===o){e=t;break}return e}function t(o,t){for(var a={},n=[],i=0;i<o.length;i++){var c=o[i],p=t.base?c[0]+t.base:c[0],l=a[p]||0,s="".concat(p," ").concat(l);a[p]=l+1;var d=e(s),h={css:c[1],media:c[2],sourceMap:c[3],supports:c[4],layer:c[5]};if(-1!==d)r[d].references++,r[d].updater(h);else{var u=function(o,r){var e=r.domAPI(r);return e.update(o),function(r){r?(r.css!==o.css||r.media!==o.media||r.sourceMap!==o.sourceMap||r.supports!==o.supports||r.layer!==o.layer)&&e.update(o=r):e.remove()}}(h,t);t.byIndex=i,r.splice(i,0,{identifier:s,updater:u,references:1})}n.push(s)}return n}o.exports=function(o,a){var n=t(o=o||[],a=a||{});return function(o){o=o||[];for(var i=0;i<n.length;i++){var c=e(n[i]);r[c].references--}for(var p=t(o,a),l=0;l<n.length;l++){var s=e(n[l]);0===r[s].references&&(r[s].updater(),r.splice(s,1))}n=p}}},659(o){var r={};o.exports=function(o,e){var t=function(o){if(void 0===r[o]){var e=document.querySelector(o);if(window.HTMLIFrameElement&&e instanceof window.HTMLIFrameElement)try{e=e.contentDocument.head}catch(o){e=null}r[o]=e}return r[o]}(o);if(!t)throw Error("Couldn't find a style target. This probably means that the value for the 'insert' parameter is invalid.");t.appendChild(e)}},540(o){o.exports=function(o){var r=document.createElement("style");return o.setAttributes(r,o.attributes),o.insert(r,o.options),r}},56(o,r,e){o.exports=function(o){var r=e.nc;r&&o.setAttribute("nonce",r)}},825(o){o.exports=function(o){if("u"<typeof document)return{update:function(){},remove:function(){}};var r=o.insertStyleElement(o);return{update:function(e){var t,a,n;t="",e.supports&&(t+="@supports (".concat(e.supports,") {")),e.media&&(t+="@media ".concat(e.media," {")),(a=void 0!==e.layer)&&(t+="@layer".concat(e.layer.length>0?" ".concat(e.layer):""," {")),t+=e.css,a&&(t+="}"),e.media&&(t+="}"),e.supports&&(t+="}"),(n=e.sourceMap)&&"u">typeof btoa&&(t+="\n/*# sourceMappingURL=data:application/json;base64,".concat(btoa(unescape(encodeURIComponent(JSON.stringify(n))))," */")),o.styleTagTransform(t,r,o.options)},remove:function(){var o;null===(o=r).parentNode||o.parentNode.removeChild(o)}}}},113(o){o.exports=function(o,r){if(r.styleSheet)r.styleSheet.cssText=o;else{for(;r.firstChild;)r.removeChild(r.firstChild);r.appendChild(document.createTextNode(o))}}},959(o,r,e){var t=e(72),a=e.n(t),n=e(825),i=e.n(n),c=e(659),p=e.n(c),l=e(56),s=e.n(l),d=e(540),h=e.n(d),u=e(113),f=e.n(u),v=e(646),m={};m.styleTagTransform=f(),m.setAttributes=s(),m.insert=p().bind(null,"head"),m.domAPI=i(),m.insertStyleElement=h(),a()(v.A,m),v.A&&v.A.locals&&v.A.locals}}]);